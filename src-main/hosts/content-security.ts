/** Headers that go out with every page and file of the interface, from Electron's `app://` and from the web host alike. */

const policy = {
  'default-src': "'none'",
  'script-src': "'self'",
  // Charts and layout set style attributes; a style cannot run code.
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data: blob:",
  'font-src': "'self' data:",
  // Includes the WebSocket of the same origin.
  'connect-src': "'self'",
  'worker-src': "'self' blob:",
  // The report preview: a sandboxed frame without scripts.
  'frame-src': "'self' blob:",
  'form-action': "'none'",
  'base-uri': "'none'",
  'object-src': "'none'",
  'frame-ancestors': "'none'"
}

/**
 * Headers of a response.
 * @param developmentServer origin of the development server whose scripts and socket are allowed as well, or null
 */
export function securityHeaders(developmentServer: string | null = null): Record<string, string> {
  const directives = Object.entries(policy).map(([name, value]) => {
    if (developmentServer === null || !['script-src', 'style-src', 'connect-src', 'font-src', 'img-src'].includes(name)) return `${name} ${value}`
    return `${name} ${value} ${developmentServer} ${developmentServer.replace(/^http/, 'ws')}`
  })
  return {
    'Content-Security-Policy': directives.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin'
  }
}
