/**
 * Names that the two ends of a connection must agree on: Electron's IPC channels, and the WebSocket, upload and download
 * of the web host. Free of imports at run time, because Electron's sandboxed preload is bundled from it.
 */
import type { Answer } from './api'

/** Electron IPC channels between the preload and the main process. */
export const ipcChannels = {
  /** Renderer → main: name and input; resolves with an answer. */
  request: 'acim:request',
  /** Main → renderer: name and payload of an event. */
  event: 'acim:event',
  /** Preload → main: the path of a dropped file; resolves with a handle. Never reachable with a path made by the page. */
  registerPath: 'acim:register-path'
} as const

/** The WebSocket subprotocol that is spoken; the server selects it. */
export const socketProtocol = 'acim.1'
/** Prefix of the second subprotocol that a client offers: it carries the session's token. */
export const tokenProtocolPrefix = 'acim.token.'
/** Header with the session's token for uploads and downloads. */
export const tokenHeader = 'x-acim-token'
/** Paths of the web host besides its static files. */
export const webPaths = { socket: '/socket', session: '/session', upload: '/upload', download: '/download/' } as const

/** Page → web host. */
export interface ClientMessage {
  id: number
  name: string
  input: unknown
}

/** Web host → page. */
export type ServerMessage =
  | { type: 'answer'; id: number; answer: Answer<unknown> }
  | { type: 'event'; name: string; payload: unknown }
