/**
 * Who may talk to the web host. It listens on loopback, where other users of the machine and every page in the browser
 * could reach it too: the Host header stops DNS rebinding, the Origin header stops foreign pages, the token stops
 * everybody who was not given the address.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { tokenProtocolPrefix } from '@shared/transport'

/** 192 random bits, safe in a URL fragment, a header and a WebSocket subprotocol. */
export const newToken = (): string => randomBytes(24).toString('base64url')

/** The Host header names loopback and the port that is served; `localhost` for those who come through a tunnel. */
export function hostAllowed(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`
}

/** The Origin header is exactly the page that this host serves under the name that the browser used. */
export function originAllowed(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && host !== undefined && origin === `http://${host}`
}

/** Compares in constant time; digests make the lengths equal. */
export function tokenMatches(candidate: string | undefined, token: string): boolean {
  if (candidate === undefined) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(candidate), digest(token))
}

/** The token among the subprotocols that a WebSocket client offers (`Sec-WebSocket-Protocol`). */
export function offeredToken(protocols: string | undefined): string | undefined {
  return protocols
    ?.split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(tokenProtocolPrefix))
    ?.slice(tokenProtocolPrefix.length)
}
