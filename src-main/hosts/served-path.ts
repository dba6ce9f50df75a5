/** Which file of the built interface a URL path means. One rule for `app://` and for the web host. */
import { extname } from 'node:path'

/**
 * The relative path (forward slashes) below the served folder that `pathname` names, or null when it must not be served:
 * anything that could leave the folder on any system, hidden files, and what does not decode.
 */
export function servedPath(pathname: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (!decoded.startsWith('/')) return null
  if (decoded === '/') return 'index.html'
  const segments = decoded.slice(1).split('/')
  // Only plain names: no empty or dotted segment, no backslash, drive letter, stream, control character or second escape.
  if (!segments.every((segment) => /^[A-Za-z0-9_@+~-][A-Za-z0-9_@+~.-]*$/.test(segment))) return null
  return segments.join('/')
}

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm'
}

/** Content type by file name; an unknown one is never guessed into something that runs. */
export const contentType = (path: string): string => contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'
