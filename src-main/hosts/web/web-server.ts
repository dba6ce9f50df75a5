/** The web host's server around given services: listens on loopback only. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fail } from '@shared/problems'
import { newToken } from './access'
import { handleHttp, type RouteContext, type ServedServices } from './http-routes'
import { bindSocket } from './socket'
import { Uploads } from './uploads'

/** Kept when it is free, so that the browser finds the same origin, and with it its stored layout, again. */
export const preferredPort = 4680
const defaultMaximumUploadBytes = 4 * 2 ** 30

export interface WebServerOptions {
  /** 0 takes any free port. Without one, {@link preferredPort} is tried first. */
  port?: number
  rendererFolder: string
  maximumUploadBytes?: number
}

export interface WebServer {
  port: number
  token: string
  /** The address for a person to open, with the token in the fragment, which no server ever sees. */
  address: string
  /** Stops serving; the services are the caller's. */
  close(): Promise<void>
}

/** Starts serving. Raises ARGUMENT_INVALID when the port that was asked for is taken. */
export async function startWebServer(services: ServedServices, options: WebServerOptions): Promise<WebServer> {
  const token = newToken()
  let port = 0
  const context: RouteContext = {
    services,
    token,
    rendererFolder: options.rendererFolder,
    uploads: new Uploads(services, options.maximumUploadBytes ?? defaultMaximumUploadBytes),
    port: () => port
  }
  const server = createServer((request, response) => void handleHttp(context, request, response))
  // Uploads may take long; headers may not.
  server.requestTimeout = 0
  server.headersTimeout = 20_000
  const socket = bindSocket(server, services, token, () => port)

  const listen = (wanted: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port: wanted, host: '127.0.0.1', exclusive: true }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  try {
    await listen(options.port ?? preferredPort).catch((error: NodeJS.ErrnoException) => {
      if (options.port === undefined) return listen(0)
      fail('ARGUMENT_INVALID', '--port', `Port ${options.port} cannot be used (${error.code ?? error.message}).`, 'Name another port, or 0 for any free one.')
    })
  } catch (error) {
    socket.close()
    throw error
  }
  port = (server.address() as AddressInfo).port
  return {
    port,
    token,
    address: `http://127.0.0.1:${port}/#token=${token}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      socket.close()
      // Pages get their good-bye; whoever does not leave within that time is cut off.
      const patience = setTimeout(() => server.closeAllConnections(), 500)
      server.closeIdleConnections()
      await closed
      clearTimeout(patience)
    }
  }
}
