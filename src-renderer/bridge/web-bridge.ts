/** The bridge over the web host: one WebSocket that comes back by itself, fetch for files. */
import type { Answer, Bridge, EventName, RequestName, RequestOutput } from '@shared/api'
import { problem } from '@shared/problems'
import { socketProtocol, tokenHeader, tokenProtocolPrefix, webPaths, type ClientMessage, type ServerMessage } from '@shared/transport'
import { createConnection, type Connection } from './connection'

const firstDelayMilliseconds = 250
const longestDelayMilliseconds = 5000
/** A request made while there is no connection waits this long for one. */
const patienceMilliseconds = 15_000

export interface WebBridgeOptions {
  token: string | null
  /** Origin of the web host, such as `http://127.0.0.1:4680`. */
  origin: string
  /** Replaced in tests. */
  openSocket?: (url: string, protocols: string[]) => WebSocket
  fetch?: typeof fetch
}

interface Waiting {
  message: ClientMessage
  sent: boolean
  resolve(answer: Answer<unknown>): void
  timer: ReturnType<typeof setTimeout> | undefined
}

const lost = (where: string, message: string): Answer<never> => ({ ok: false, problem: problem('CONNECTION_LOST', where, message) })

export function createWebBridge(options: WebBridgeOptions): Bridge & { connection: Connection } {
  const { token, origin } = options
  const openSocket = options.openSocket ?? ((url, protocols) => new WebSocket(url, protocols))
  const fetchFromHost = options.fetch ?? fetch.bind(globalThis)
  const connection = createConnection(token === null ? 'refused' : 'connecting')
  const waiting = new Map<number, Waiting>()
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  /** Files that this page sends are kept together: labels beside their images. */
  const batch = crypto.randomUUID()
  let nextId = 1
  let delay = firstDelayMilliseconds
  let socket: WebSocket | null = null

  function connect(): void {
    const opening = openSocket(`${origin.replace(/^http/, 'ws')}${webPaths.socket}`, [socketProtocol, tokenProtocolPrefix + token])
    let opened = false
    opening.onopen = () => {
      opened = true
      socket = opening
      delay = firstDelayMilliseconds
      connection.set('connected')
      for (const request of waiting.values()) if (!request.sent) transmit(opening, request)
    }
    opening.onmessage = (event: MessageEvent<string>) => receive(JSON.parse(event.data) as ServerMessage)
    opening.onclose = () => {
      socket = null
      if (connection.state.value === 'connected') connection.set('reconnecting')
      for (const [id, request] of waiting) if (request.sent) settle(id, lost(request.message.name, 'The connection ended before the answer came.'))
      void tryAgain(opened)
    }
  }

  /** After a socket that never opened, asks whether the token is still good: the browser does not tell why it failed. */
  async function tryAgain(wasOpen: boolean): Promise<void> {
    if (!wasOpen && (await tokenRefused())) {
      connection.set('refused')
      for (const [id, request] of waiting) settle(id, refused(request.message.name))
      return
    }
    setTimeout(connect, delay)
    delay = Math.min(longestDelayMilliseconds, delay * 2)
  }

  async function tokenRefused(): Promise<boolean> {
    try {
      return (await fetchFromHost(origin + webPaths.session, { headers: { [tokenHeader]: token ?? '' }, cache: 'no-store' })).status === 403
    } catch {
      return false
    }
  }

  const refused = (where: string): Answer<never> => ({
    ok: false,
    problem: problem('CONNECTION_LOST', where, 'The program was started anew, or this page was opened without its full address.', {
      tip: 'Open the address that the program printed when it started.'
    })
  })

  function transmit(target: WebSocket, request: Waiting): void {
    clearTimeout(request.timer)
    request.sent = true
    target.send(JSON.stringify(request.message))
  }

  function settle(id: number, answer: Answer<unknown>): void {
    const request = waiting.get(id)
    if (request === undefined) return
    waiting.delete(id)
    clearTimeout(request.timer)
    request.resolve(answer)
  }

  function receive(message: ServerMessage): void {
    if (message.type === 'answer') settle(message.id, message.answer)
    else for (const listener of listeners.get(message.name as EventName) ?? []) listener(message.payload as never)
  }

  if (token !== null) connect()

  return {
    connection,

    request<N extends RequestName>(name: N, input: unknown): Promise<Answer<RequestOutput<N>>> {
      if (connection.state.value === 'refused') return Promise.resolve(refused(name))
      return new Promise((resolve) => {
        const id = nextId++
        const request: Waiting = {
          message: { id, name, input },
          sent: false,
          // The services checked the value with the request's own schema.
          resolve: (answer) => resolve(answer as Answer<RequestOutput<N>>),
          timer: undefined
        }
        waiting.set(id, request)
        if (socket !== null && socket.readyState === socket.OPEN) transmit(socket, request)
        else request.timer = setTimeout(() => settle(id, lost(name, 'The program could not be reached.')), patienceMilliseconds)
      })
    },

    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set)
      set.add(listener)
      return () => set.delete(listener)
    },

    async handleForFile(file) {
      try {
        const query = new URLSearchParams({ name: file.name, batch })
        const response = await fetchFromHost(`${origin}${webPaths.upload}?${query}`, { method: 'POST', body: file, headers: { [tokenHeader]: token ?? '' } })
        if (response.status === 403) return refused(file.name)
        return (await response.json()) as Answer<{ handle: string; name: string }>
      } catch {
        return lost(file.name, 'The file could not be sent.')
      }
    },

    async save(prepared) {
      try {
        const response = await fetchFromHost(origin + webPaths.download + encodeURIComponent(prepared.downloadId), { headers: { [tokenHeader]: token ?? '' } })
        if (response.status === 403) return refused(prepared.fileName)
        if (!response.ok) return { ok: false, problem: problem('HANDLE_UNKNOWN', prepared.fileName, 'The prepared file is gone.', { tip: 'Export it again.' }) }
        offerDownload(await response.blob(), prepared.fileName)
        return { ok: true, value: { saved: true } }
      } catch {
        return lost(prepared.fileName, 'The file could not be fetched.')
      }
    }
  }
}

/** Hands a blob to the browser's own download. */
function offerDownload(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = fileName
  anchor.click()
  // The browser has taken the address up by then; revoking it at once would lose the download in some.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
