import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { socketProtocol, tokenHeader, tokenProtocolPrefix } from '@shared/transport'
import type { ServedServices } from './http-routes'
import { startWebServer, type WebServer } from './web-server'

const uploadLimit = 1000

interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

let folder: string
let server: WebServer
let emit: (name: string, payload: unknown) => void
let registered: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acim-web-server-'))
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true })
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html><title>x</title>')
  await writeFile(join(folder, 'renderer', 'assets', 'a-1.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(folder, 'prepared.csv'), 'a,b\n')
  registered = []
  let uploads = 0
  const listeners = new Set<(name: never, payload: never) => void>()
  emit = (name, payload) => {
    for (const listener of listeners) listener(name as never, payload as never)
  }
  const services: ServedServices = {
    handle: async (name, input) => ({ ok: true, value: { name, input } }),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    registerPath: (path) => {
      registered.push(path)
      return `handle-${registered.length}`
    },
    preparedFile: (id) => (id === 'download-1' ? { path: join(folder, 'prepared.csv'), fileName: 'Läufe "1".csv' } : null),
    uploadFolder: async () => {
      const made = join(folder, `upload-${++uploads}`)
      await mkdir(made)
      return made
    }
  }
  server = await startWebServer(services, { port: 0, rendererFolder: join(folder, 'renderer'), maximumUploadBytes: uploadLimit })
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

/** A raw request: fetch would correct the paths and headers that are to be tried. */
function send(options: { method?: string; path: string; host?: string; headers?: Record<string, string>; body?: string | Buffer }): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port: server.port,
      method: options.method ?? 'GET',
      path: options.path,
      headers: { host: options.host ?? `127.0.0.1:${server.port}`, ...options.headers }
    })
    request.on('error', reject)
    request.on('response', (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.end(options.body)
  })
}

const ownOrigin = () => `http://127.0.0.1:${server.port}`
const credentials = () => ({ [tokenHeader]: server.token, origin: ownOrigin() })

describe('static files', () => {
  it('serves the page with its policy', async () => {
    const reply = await send({ path: '/' })
    expect(reply.status).toBe(200)
    expect(reply.body).toContain('<!doctype html>')
    const policy = String(reply.headers['content-security-policy'])
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe-eval')
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
  })
  it('serves scripts with their type', async () => {
    expect((await send({ path: '/assets/a-1.js?x=1' })).headers['content-type']).toBe('text/javascript; charset=utf-8')
  })
  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/%5c..%5csecret.txt', '//secret.txt', '/assets', '/none.js'])(
    'does not serve %s',
    async (path) => {
      const reply = await send({ path })
      expect(reply.status).toBe(404)
      expect(reply.body).not.toContain('secret')
    }
  )
  it.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1'])('refuses the host name %s', async (host) => {
    expect((await send({ path: '/', host })).status).toBe(403)
  })
  it('refuses other methods', async () => {
    expect((await send({ method: 'POST', path: '/index.html' })).status).toBe(405)
  })
  it('listens on loopback only', () => expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[A-Za-z0-9_-]{32}$/))
})

describe('upload', () => {
  const upload = (query: string, body: string | Buffer, headers: Record<string, string> = credentials()) =>
    send({ method: 'POST', path: `/upload?${query}`, body, headers })

  it('stores the bytes and answers with a handle', async () => {
    const reply = await upload('name=model.onnx', Buffer.from([0, 255, 1]))
    expect(JSON.parse(reply.body)).toEqual({ ok: true, value: { handle: 'handle-1', name: 'model.onnx' } })
    expect(registered).toEqual([join(folder, 'upload-1', 'model.onnx')])
    expect(await readFile(join(folder, 'upload-1', 'model.onnx'))).toEqual(Buffer.from([0, 255, 1]))
  })
  it('never leaves its folder', async () => {
    await upload('name=..%2f..%2fsecret.txt', 'changed')
    expect(registered).toEqual([join(folder, 'upload-1', 'secret.txt')])
    expect(await readFile(join(folder, 'secret.txt'), 'utf8')).toBe('secret')
  })
  it('puts files of one page together, and a second one of the same name apart', async () => {
    for (const name of ['images', 'labels', 'images']) await upload(`name=${name}&batch=page-0001`, name)
    expect(registered).toEqual([join(folder, 'upload-1', 'images'), join(folder, 'upload-1', 'labels'), join(folder, 'upload-2', 'images')])
  })
  it('refuses what is too large, announced or not, and keeps nothing', async () => {
    const large = 'x'.repeat(uploadLimit + 1)
    const announced = await upload('name=a', large)
    expect(JSON.parse(announced.body).problem.code).toBe('FILE_TOO_LARGE')
    const chunked = await upload('name=a', large, { ...credentials(), 'transfer-encoding': 'chunked' })
    expect(JSON.parse(chunked.body).problem.code).toBe('FILE_TOO_LARGE')
    expect(registered).toEqual([])
    expect(await readdir(join(folder, 'upload-1'))).toEqual([])
    expect(JSON.parse((await upload('name=a', large.slice(1))).body).ok).toBe(true)
  })
  it.each([
    ['no token', () => ({ origin: ownOrigin() })],
    ['a wrong token', () => ({ ...credentials(), [tokenHeader]: 'x'.repeat(32) })],
    ['a foreign origin', () => ({ ...credentials(), origin: 'http://evil.example' })],
    ['no origin', () => ({ [tokenHeader]: server.token })]
  ])('refuses %s', async (_case, headers) => {
    expect((await upload('name=a', 'x', headers() as Record<string, string>)).status).toBe(403)
    expect(registered).toEqual([])
  })
})

describe('download and session', () => {
  it('sends a prepared file under its name', async () => {
    const reply = await send({ path: '/download/download-1', headers: { [tokenHeader]: server.token } })
    expect(reply.status).toBe(200)
    expect(reply.body).toBe('a,b\n')
    expect(reply.headers['content-disposition']).toBe("attachment; filename*=UTF-8''L%C3%A4ufe%20%221%22.csv")
    expect(reply.headers['content-type']).toBe('application/octet-stream')
  })
  it('knows no other file', async () => {
    expect((await send({ path: '/download/..%2fsecret.txt', headers: { [tokenHeader]: server.token } })).status).toBe(404)
  })
  it('wants the token', async () => {
    expect((await send({ path: '/download/download-1' })).status).toBe(403)
    expect((await send({ path: '/session' })).status).toBe(403)
    expect((await send({ path: '/session', headers: { [tokenHeader]: server.token } })).status).toBe(204)
    expect((await send({ path: '/session', headers: { [tokenHeader]: server.token, origin: 'http://evil.example' } })).status).toBe(403)
  })
})

describe('socket', () => {
  const connect = (token: string, options: { origin?: string; host?: string; path?: string } = {}) =>
    new WebSocket(`ws://127.0.0.1:${server.port}${options.path ?? '/socket'}`, [socketProtocol, tokenProtocolPrefix + token], {
      origin: options.origin ?? ownOrigin(),
      ...(options.host === undefined ? {} : { headers: { host: options.host } })
    })
  const statusOf = (socket: WebSocket) =>
    new Promise<number | 'open'>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      socket.on('open', () => resolve('open'))
      socket.on('error', () => {})
    })
  const nextMessage = (socket: WebSocket) => new Promise<unknown>((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))))
  const closeCode = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve))

  it('answers requests by id and forwards events', async () => {
    const socket = connect(server.token)
    expect(await statusOf(socket)).toBe('open')
    expect(socket.protocol).toBe(socketProtocol)
    socket.send(JSON.stringify({ id: 7, name: 'app.info', input: {} }))
    expect(await nextMessage(socket)).toEqual({ type: 'answer', id: 7, answer: { ok: true, value: { name: 'app.info', input: {} } } })
    const event = nextMessage(socket)
    emit('problems.changed', [])
    expect(await event).toEqual({ type: 'event', name: 'problems.changed', payload: [] })
    const closed = closeCode(socket)
    await server.close()
    expect(await closed).toBe(1001)
  })

  it.each([
    ['a wrong token', () => connect('x'.repeat(32))],
    ['a short token', () => connect('x')],
    ['a foreign origin', () => connect(server.token, { origin: 'http://evil.example' })],
    ['an origin of the other loopback name', () => connect(server.token, { origin: `http://localhost:${server.port}` })],
    ['a foreign host', () => connect(server.token, { host: 'evil.example' })],
    ['another path', () => connect(server.token, { path: '/other' })]
  ])('refuses %s with 403', async (_case, open) => expect(await statusOf(open())).toBe(403))

  it.each([
    ['no JSON', '{', 1007],
    ['another form', '{"id":"x"}', 1008],
    ['an array', '[]', 1008]
  ])('closes on %s', async (_case, text, code) => {
    const socket = connect(server.token)
    await statusOf(socket)
    socket.send(text)
    expect(await closeCode(socket)).toBe(code)
  })
})

it('says so when the named port is taken', async () => {
  await expect(startWebServer({ subscribe: () => () => {} } as unknown as ServedServices, { port: server.port, rendererFolder: folder })).rejects.toMatchObject({
    problem: { code: 'ARGUMENT_INVALID', where: '--port' }
  })
})
