/** `app://studio/…`: the built interface, with its headers, from one folder and nothing else. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { protocol, session } from 'electron'
import { securityHeaders } from '../content-security'
import { contentType } from '../served-path'
import { appPath } from './policies/app-path'
import { appScheme } from './policies/origin'

/** Before the application is ready: a standard, secure scheme, so that storage, fetch and the CSP work as on the web. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }])
}

/** After it is ready: serves `folder`. */
export function serveApp(folder: string): void {
  session.defaultSession.protocol.handle(appScheme, async (request) => {
    const path = request.method === 'GET' ? appPath(request.url) : null
    if (path === null) return new Response(null, { status: 404, headers: securityHeaders() })
    try {
      return new Response(await readFile(join(folder, path)), { headers: { ...securityHeaders(), 'Content-Type': contentType(path) } })
    } catch {
      return new Response(null, { status: 404, headers: securityHeaders() })
    }
  })
}
