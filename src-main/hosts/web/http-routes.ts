/** What the web host answers over HTTP: the built interface, uploads, downloads, and whether a token is still good. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Answer } from '@shared/api'
import { toProblem } from '@shared/problems'
import { tokenHeader, webPaths } from '@shared/transport'
import type { Services } from '../../services/contract'
import { securityHeaders } from '../content-security'
import { contentType, servedPath } from '../served-path'
import { hostAllowed, originAllowed, tokenMatches } from './access'
import type { Uploads } from './uploads'

/** What the server needs of the services. */
export type ServedServices = Pick<Services, 'handle' | 'subscribe' | 'registerPath' | 'preparedFile' | 'uploadFolder'>

export interface RouteContext {
  services: ServedServices
  uploads: Uploads
  token: string
  rendererFolder: string
  /** The port that is listened on. */
  port(): number
}

/** Answers one HTTP request. Never throws: a fault ends the response with a status. */
export async function handleHttp(context: RouteContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    for (const [name, value] of Object.entries(securityHeaders())) response.setHeader(name, value)
    if (!hostAllowed(request.headers.host, context.port())) return refuse(request, response, 403)
    const target = requestTarget(request.url)
    if (target === null) return refuse(request, response, 400)
    const { path, query } = target
    if (path === webPaths.session) return method(request, 'GET') && authorised(context, request) ? end(response, 204) : refuse(request, response, 403)
    if (path === webPaths.upload) {
      if (!method(request, 'POST') || !authorised(context, request)) return refuse(request, response, 403)
      return await receiveUpload(context, request, response, query)
    }
    if (path.startsWith(webPaths.download)) {
      if (!method(request, 'GET') || !authorised(context, request)) return refuse(request, response, 403)
      return await sendPrepared(context, response, path.slice(webPaths.download.length))
    }
    return await sendStatic(context, request, response, path)
  } catch {
    // The peer went away, or a file vanished: nothing more can be said on this connection.
    if (response.headersSent) response.destroy()
    else end(response, 500)
  }
}

/** Path (still encoded, so that a traversal is seen) and query of a request line. */
function requestTarget(url: string | undefined): { path: string; query: URLSearchParams } | null {
  if (url === undefined || !url.startsWith('/')) return null
  const mark = url.indexOf('?')
  return mark < 0 ? { path: url, query: new URLSearchParams() } : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) }
}

const method = (request: IncomingMessage, ...allowed: string[]): boolean => allowed.includes(request.method ?? '')

/** The token is right, and the request was made by our own page; browsers send no Origin with a GET of the same origin. */
function authorised(context: RouteContext, request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  const token = request.headers[tokenHeader]
  const ownPage = origin === undefined ? request.method === 'GET' : originAllowed(origin, host)
  return ownPage && typeof token === 'string' && tokenMatches(token, context.token)
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status
  response.end()
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  // What is still to come of a refused upload is not read: the connection ends with the answer.
  if (request.method !== 'GET') response.setHeader('Connection', 'close')
  end(response, status)
}

function sendJson(response: ServerResponse, answer: Answer<unknown>): void {
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.setHeader('Cache-Control', 'no-store')
  response.end(JSON.stringify(answer))
}

async function receiveUpload(context: RouteContext, request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
  const announced = request.headers['content-length']
  const batch = query.get('batch')
  try {
    const value = await context.uploads.receive(
      request,
      query.get('name') ?? '',
      batch !== null && /^[A-Za-z0-9-]{8,64}$/.test(batch) ? batch : null,
      announced === undefined ? null : Number(announced)
    )
    sendJson(response, { ok: true, value })
  } catch (error) {
    if (response.destroyed) return
    if (!request.complete) response.setHeader('Connection', 'close')
    sendJson(response, { ok: false, problem: toProblem(error, query.get('name') ?? 'upload') })
  }
}

async function sendPrepared(context: RouteContext, response: ServerResponse, id: string): Promise<void> {
  const prepared = context.services.preparedFile(id)
  if (prepared === null) return end(response, 404)
  const { size } = await stat(prepared.path)
  response.setHeader('Content-Type', 'application/octet-stream')
  response.setHeader('Content-Length', size)
  response.setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(prepared.fileName)}`)
  response.setHeader('Cache-Control', 'no-store')
  await pipeline(createReadStream(prepared.path), response)
}

async function sendStatic(context: RouteContext, request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
  if (!method(request, 'GET', 'HEAD')) return refuse(request, response, 405)
  const relative = servedPath(pathname)
  if (relative === null) return end(response, 404)
  const path = join(context.rendererFolder, relative)
  const status = await stat(path).catch(() => null)
  if (status === null || !status.isFile()) return end(response, 404)
  response.setHeader('Content-Type', contentType(path))
  response.setHeader('Content-Length', status.size)
  // Files under assets/ carry a hash of their content in their name.
  response.setHeader('Cache-Control', relative.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (request.method === 'HEAD') return end(response, 200)
  await pipeline(createReadStream(path), response)
}
