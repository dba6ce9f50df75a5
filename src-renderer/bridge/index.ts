/** The page's one way to the program: Electron's preload where there is one, else the web host that served the page. */
import type { Bridge } from '@shared/api'
import { createConnection, type Connection } from './connection'
import { announceThemeColor } from './theme-color'
import { storedToken } from './token'
import { createWebBridge } from './web-bridge'

export type { Connection, ConnectionState } from './connection'

declare global {
  interface Window {
    /** Put there by Electron's preload. */
    acim?: Bridge
  }
}

export interface HostBridge extends Bridge {
  host: 'electron' | 'web'
  connection: Connection
}

/** Made once, by main.ts. */
export function createBridge(): HostBridge {
  const { acim } = window
  if (acim !== undefined) {
    announceThemeColor()
    return { ...acim, host: 'electron', connection: createConnection('connected') }
  }
  return { ...createWebBridge({ token: storedToken(), origin: location.origin }), host: 'web' }
}
