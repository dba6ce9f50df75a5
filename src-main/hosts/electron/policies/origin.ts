/** The interface's own address in Electron. */
export const appScheme = 'app'
export const appHost = 'studio'
export const appOrigin = `${appScheme}://${appHost}`

/**
 * Whether `url` is a page of ours: exactly the interface's scheme and host, or the development server's origin when there is one.
 * Compares the parsed parts, because Node gives custom schemes the origin "null".
 */
export function isOwnUrl(url: string, developmentServer: string | null): boolean {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    return false
  }
  if (parsed.username !== '' || parsed.password !== '') return false
  if (parsed.protocol === `${appScheme}:`) return parsed.host === appHost
  return developmentServer !== null && parsed.origin !== 'null' && parsed.origin === new URL(developmentServer).origin
}
