/** The API over one WebSocket per page: requests with ids, answers, events. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { z } from 'zod'
import { socketProtocol, webPaths, type ServerMessage } from '@shared/transport'
import type { Services } from '../../services/contract'
import { hostAllowed, offeredToken, originAllowed, tokenMatches } from './access'

/** Requests carry settings and names; files go by upload. */
const largestMessageBytes = 8 * 2 ** 20
/** A page that takes nothing any more is cut off; it connects again and asks for the state. */
const largestBacklogBytes = 64 * 2 ** 20
const heartbeatMilliseconds = 20_000

const clientMessageSchema = z.object({ id: z.int().min(0), name: z.string().max(100), input: z.unknown() })

export interface SocketBinding {
  /** Says good-bye to every page. */
  close(): void
}

/** Binds the services to `server`'s WebSocket upgrades. */
export function bindSocket(server: Server, services: Pick<Services, 'handle' | 'subscribe'>, token: string, port: () => number): SocketBinding {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(socketProtocol) ? socketProtocol : false)
  })
  const alive = new WeakSet<WebSocket>()

  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy())
    if (!mayConnect(request, token, port())) return refuse(stream)
    sockets.handleUpgrade(request, stream, head, (socket) => {
      alive.add(socket)
      socket.on('pong', () => alive.add(socket))
      // A broken frame closes the socket by itself; the error is not ours.
      socket.on('error', () => socket.terminate())
      socket.on('message', (data, binary) => {
        if (binary) return socket.close(1003)
        void answer(socket, data.toString())
      })
    })
  })

  async function answer(socket: WebSocket, text: string): Promise<void> {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return socket.close(1007)
    }
    const message = clientMessageSchema.safeParse(value)
    if (!message.success) return socket.close(1008)
    const { id, name, input } = message.data
    send(socket, JSON.stringify({ type: 'answer', id, answer: await services.handle(name, input) } satisfies ServerMessage))
  }

  function send(socket: WebSocket, text: string): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > largestBacklogBytes) socket.terminate()
    else socket.send(text)
  }

  const unsubscribe = services.subscribe((name, payload) => {
    if (sockets.clients.size === 0) return
    const text = JSON.stringify({ type: 'event', name, payload } satisfies ServerMessage)
    for (const socket of sockets.clients) send(socket, text)
  })

  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate()
      else socket.ping()
    }
  }, heartbeatMilliseconds)
  heartbeat.unref()

  return {
    close() {
      clearInterval(heartbeat)
      unsubscribe()
      for (const socket of sockets.clients) socket.close(1001)
      sockets.close()
    }
  }
}

function mayConnect(request: IncomingMessage, token: string, port: number): boolean {
  const { host, origin } = request.headers
  return (
    request.url === webPaths.socket &&
    hostAllowed(host, port) &&
    originAllowed(origin, host) &&
    tokenMatches(offeredToken(request.headers['sec-websocket-protocol']), token)
  )
}

function refuse(stream: Duplex): void {
  stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}
