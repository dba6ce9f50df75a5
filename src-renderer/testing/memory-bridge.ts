/** A bridge in memory for tests of stores and composables: answers are given by the test, events are sent by hand. */
import { createApp, type App } from 'vue'
import { createPinia, setActivePinia } from 'pinia'
import type { Answer, Bridge, EventName, EventPayload, RequestInput, RequestName, RequestOutput } from '@shared/api'
import { problem } from '@shared/problems'
import { projectSettingsSchema, type ProjectState } from '@shared/project'
import { bridgeKey } from '../stores/bridge'

type Handlers = { [N in RequestName]?: (input: RequestInput<N>) => Answer<RequestOutput<N>> | Promise<Answer<RequestOutput<N>>> }

export interface MemoryBridge extends Bridge {
  /** Every request in order. */
  sent: { name: RequestName; input: unknown }[]
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void
}

export const ok = <T>(value: T): Answer<T> => ({ ok: true, value })
export const refused = (where: string, message: string): Answer<never> => ({ ok: false, problem: problem('REQUEST_INVALID', where, message) })

/** Requests without a handler are refused. */
export function createMemoryBridge(handlers: Handlers = {}): MemoryBridge {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  const sent: MemoryBridge['sent'] = []
  return {
    sent,
    async request(name, input) {
      sent.push({ name, input })
      const handler = handlers[name] as ((input: unknown) => Answer<never> | Promise<Answer<never>>) | undefined
      return handler === undefined ? refused(name, 'The test has no answer to this.') : await handler(input)
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener as (payload: never) => void))
      return () => set.delete(listener as (payload: never) => void)
    },
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never)
    },
    async handleForFile(file) {
      return ok({ handle: `handle-of-${file.name}`, name: file.name })
    },
    async save() {
      return ok({ saved: true })
    }
  }
}

/** Runs `use` (stores, composables) in an application over this bridge, without mounting anything. */
export function withApp<T>(bridge: Bridge, use: () => T): { value: T; app: App } {
  const app = createApp({ render: () => null })
  const pinia = createPinia()
  app.use(pinia)
  setActivePinia(pinia)
  app.provide(bridgeKey, bridge)
  return { value: app.runWithContext(use), app }
}

/** An open project without network, data and runs. */
export const emptyProject = (name = 'Test'): ProjectState => ({
  name, location: `/projects/${name}`, settings: projectSettingsSchema.parse({}), network: null, dataset: null, runs: []
})
