/** Which built file an `app://` address names. */
import { servedPath } from '../../served-path'
import { isOwnUrl } from './origin'

/** Path below the renderer's folder (forward slashes), or null when nothing may be served for `url`. */
export function appPath(url: string): string | null {
  if (!isOwnUrl(url, null)) return null
  // The parsed path has its dot segments resolved; what is still escaped is checked by servedPath.
  return servedPath(new URL(url).pathname || '/')
}
