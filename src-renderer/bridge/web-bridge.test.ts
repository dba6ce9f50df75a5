import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ServerMessage } from '@shared/transport'
import { createWebBridge } from './web-bridge'

/** A socket whose other end is the test. */
class FakeSocket {
  static all: FakeSocket[] = []
  readonly OPEN = 1
  readyState = 0
  sent: { id: number; name: string; input: unknown }[] = []
  onopen: (() => void) | null = null
  onclose: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  constructor(
    readonly url: string,
    readonly protocols: string[]
  ) {
    FakeSocket.all.push(this)
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  open(): void {
    this.readyState = 1
    this.onopen?.()
  }
  drop(): void {
    this.readyState = 3
    this.onclose?.()
  }
  deliver(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

let sessionStatus: number | 'unreachable'
const fetchFromHost = (async () => {
  if (sessionStatus === 'unreachable') throw new TypeError('fetch failed')
  return { status: sessionStatus }
}) as unknown as typeof fetch

const make = (token: string | null = 'secret') =>
  createWebBridge({
    token,
    origin: 'http://127.0.0.1:4680',
    openSocket: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket,
    fetch: fetchFromHost
  })
const lastSocket = (): FakeSocket => {
  const socket = FakeSocket.all.at(-1)
  if (socket === undefined) throw new Error('no socket was opened')
  return socket
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
  sessionStatus = 204
})
afterEach(() => vi.useRealTimers())

describe('createWebBridge', () => {
  it('offers the token as a subprotocol, never in the address', () => {
    make()
    expect(lastSocket().url).toBe('ws://127.0.0.1:4680/socket')
    expect(lastSocket().protocols).toEqual(['acim.1', 'acim.token.secret'])
  })

  it('matches answers to requests whatever their order', async () => {
    const bridge = make()
    lastSocket().open()
    const first = bridge.request('project.recents', {})
    const second = bridge.request('jobs.list', {})
    const [a, b] = lastSocket().sent
    lastSocket().deliver({ type: 'answer', id: b?.id ?? -1, answer: { ok: true, value: 'second' } })
    lastSocket().deliver({ type: 'answer', id: a?.id ?? -1, answer: { ok: true, value: 'first' } })
    expect(await first).toEqual({ ok: true, value: 'first' })
    expect(await second).toEqual({ ok: true, value: 'second' })
  })

  it('holds requests until it is connected', async () => {
    const bridge = make()
    const answer = bridge.request('jobs.list', {})
    expect(lastSocket().sent).toEqual([])
    lastSocket().open()
    expect(lastSocket().sent).toHaveLength(1)
    lastSocket().deliver({ type: 'answer', id: lastSocket().sent[0]?.id ?? -1, answer: { ok: true, value: [] } })
    expect(await answer).toEqual({ ok: true, value: [] })
  })

  it('gives up on a request when there is no connection for long', async () => {
    sessionStatus = 'unreachable'
    const answer = make().request('jobs.list', {})
    await vi.advanceTimersByTimeAsync(15_001)
    expect(await answer).toMatchObject({ ok: false, problem: { code: 'CONNECTION_LOST' } })
  })

  it('comes back after a loss, ends what was under way, and tells', async () => {
    const bridge = make()
    const reconnected = vi.fn()
    bridge.connection.onReconnect(reconnected)
    lastSocket().open()
    expect(bridge.connection.state.value).toBe('connected')
    const answer = bridge.request('runs.start', { kind: 'simulate', name: null })
    lastSocket().drop()
    expect(bridge.connection.state.value).toBe('reconnecting')
    expect(await answer).toMatchObject({ ok: false, problem: { code: 'CONNECTION_LOST', where: 'runs.start' } })
    expect(FakeSocket.all).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(250)
    expect(FakeSocket.all).toHaveLength(2)
    expect(reconnected).not.toHaveBeenCalled()
    lastSocket().open()
    // What was sent before the loss may have been done: it is not sent again.
    expect(lastSocket().sent).toEqual([])
    expect(reconnected).toHaveBeenCalledOnce()
    expect(bridge.connection.state.value).toBe('connected')
  })

  it('stops trying when the token is refused', async () => {
    const bridge = make()
    lastSocket().open()
    sessionStatus = 403
    lastSocket().drop()
    await vi.advanceTimersByTimeAsync(250)
    const answer = bridge.request('jobs.list', {})
    lastSocket().drop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(bridge.connection.state.value).toBe('refused')
    expect(FakeSocket.all).toHaveLength(2)
    expect(await answer).toMatchObject({ ok: false, problem: { tip: 'Open the address that the program printed when it started.' } })
  })

  it('does not try without a token', async () => {
    const bridge = make(null)
    expect(FakeSocket.all).toHaveLength(0)
    expect(bridge.connection.state.value).toBe('refused')
    expect((await bridge.request('jobs.list', {})).ok).toBe(false)
  })

  it('delivers events to their listeners until they stop', () => {
    const bridge = make()
    lastSocket().open()
    const listener = vi.fn()
    const stop = bridge.on('problems.changed', listener)
    lastSocket().deliver({ type: 'event', name: 'problems.changed', payload: [] })
    lastSocket().deliver({ type: 'event', name: 'jobs.changed', payload: [] })
    stop()
    lastSocket().deliver({ type: 'event', name: 'problems.changed', payload: [] })
    expect(listener).toHaveBeenCalledExactlyOnceWith([])
  })
})
