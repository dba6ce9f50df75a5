/** Carries events from the services to whoever listens: checked once, delivered to all. */
import { events, type EventName, type EventPayload } from '@shared/api'

export type EventListener = <N extends EventName>(name: N, payload: EventPayload<N>) => void

export interface EventHub {
  /** Delivers an event. A malformed payload or a failing listener goes to the fault handler and stops nothing else. */
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void
  /** Returns a function that stops listening. */
  subscribe(listener: EventListener): () => void
  /** Sets who is told of faults. */
  onFault(handler: (thrown: unknown, event: EventName) => void): void
}

export function createEventHub(): EventHub {
  const listeners = new Set<EventListener>()
  let faultHandler = (thrown: unknown, _event: EventName): void => {
    throw thrown
  }
  return {
    emit: (name, payload) => {
      const parsed = events[name].safeParse(payload)
      if (!parsed.success) {
        faultHandler(new Error(`Event ${name} is malformed: ${parsed.error.message}`), name)
        return
      }
      for (const listener of [...listeners]) {
        try {
          listener(name, payload)
        } catch (thrown) {
          faultHandler(thrown, name)
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    onFault: (handler) => {
      faultHandler = handler
    }
  }
}
