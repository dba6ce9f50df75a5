/** The connection to the host, for stores and composables. Components do not use it: they call what a store or composable offers. */
import { inject, type InjectionKey } from 'vue'
import type { Bridge } from '@shared/api'
import type { Connection } from '../bridge'

export const bridgeKey: InjectionKey<Bridge> = Symbol('bridge')
/** State of the connection; null where it cannot be lost. */
export const connectionKey: InjectionKey<Connection | null> = Symbol('connection')

export function useBridge(): Bridge {
  const bridge = inject(bridgeKey)
  if (bridge === undefined) throw new Error('The application was not made by createStudio: there is no bridge.')
  return bridge
}
