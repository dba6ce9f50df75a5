/** Where the window may go: nowhere but its own page. */
import { isOwnUrl } from './origin'

/** Whether a navigation of the window (a link, a redirect, a dropped file) may happen. */
export function navigationAllowed(url: string, developmentServer: string | null = null): boolean {
  return isOwnUrl(url, developmentServer)
}

/** What becomes of an attempt to open another window. There is only one window; pages of others open nowhere. */
export function windowOpenAction(_url: string): 'deny' {
  return 'deny'
}
