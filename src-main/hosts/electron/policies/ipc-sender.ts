/** Whose messages the main process answers. */
import { isOwnUrl } from './origin'

export interface SenderFrame {
  url: string
  /** Null for the window's main frame. */
  parent: unknown
}

/**
 * Only the main frame of our own page. The frame is null when it went away before its message was handled; a frame
 * inside the page (a report preview) is never answered.
 */
export function senderAllowed(frame: SenderFrame | null, developmentServer: string | null = null): boolean {
  return frame !== null && frame.parent === null && isOwnUrl(frame.url, developmentServer)
}
