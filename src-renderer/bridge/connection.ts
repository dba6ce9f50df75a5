/** Whether the program behind the page can be reached. Watch `state` to show it. */
import { shallowRef, type ShallowRef } from 'vue'

/**
 * - `connecting`: the first connection is being made
 * - `connected`: requests are answered, events arrive
 * - `reconnecting`: the connection was lost and is being tried again; jobs go on in the program
 * - `refused`: the address has no valid token (the program was started anew): the newly printed address must be opened
 */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'refused'

export interface Connection {
  readonly state: Readonly<ShallowRef<ConnectionState>>
  /** Called after each connection but the first: what was shown may be old, ask for it again. Returns a stop function. */
  onReconnect(listener: () => void): () => void
}

export interface ConnectionControl extends Connection {
  set(state: ConnectionState): void
}

export function createConnection(initial: ConnectionState): ConnectionControl {
  const state = shallowRef(initial)
  const listeners = new Set<() => void>()
  let everConnected = initial === 'connected'
  return {
    state,
    onReconnect(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set(next) {
      if (state.value === next) return
      state.value = next
      if (next !== 'connected') return
      if (everConnected) for (const listener of listeners) listener()
      everConnected = true
    }
  }
}
