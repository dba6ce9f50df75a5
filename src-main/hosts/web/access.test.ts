import { describe, expect, it } from 'vitest'
import { hostAllowed, newToken, offeredToken, originAllowed, tokenMatches } from './access'

const port = 4680

describe('hostAllowed', () => {
  it.each([['127.0.0.1:4680', true], ['localhost:4680', true], ['127.0.0.1', false], ['127.0.0.1:4681', false], ['localhost', false],
    ['evil.example:4680', false], ['127.0.0.1.evil.example:4680', false], ['127.0.0.1:4680.evil.example', false], ['LOCALHOST:4680 ', false],
    ['', false], [undefined, false]])('%j → %s', (host, allowed) => expect(hostAllowed(host, port)).toBe(allowed))
})

describe('originAllowed', () => {
  it.each([['http://127.0.0.1:4680', '127.0.0.1:4680', true], ['http://localhost:4680', 'localhost:4680', true],
    ['http://localhost:4680', '127.0.0.1:4680', false], ['https://127.0.0.1:4680', '127.0.0.1:4680', false],
    ['http://127.0.0.1:4681', '127.0.0.1:4680', false], ['http://127.0.0.1:4680/', '127.0.0.1:4680', false],
    ['null', '127.0.0.1:4680', false], ['http://evil.example', '127.0.0.1:4680', false], [undefined, '127.0.0.1:4680', false],
    ['http://127.0.0.1:4680', undefined, false]])('%j at %j → %s', (origin, host, allowed) => expect(originAllowed(origin, host)).toBe(allowed))
})

describe('token', () => {
  const token = newToken()
  it('is long, safe in a URL and never the same', () => {
    expect(token).toMatch(/^[A-Za-z0-9_-]{32}$/)
    expect(newToken()).not.toBe(token)
  })
  it.each([[token, true], [token.slice(0, -1), false], [`${token}x`, false], ['', false], [undefined, false]])('%j matches: %s', (candidate, matches) =>
    expect(tokenMatches(candidate, token)).toBe(matches)
  )
  it.each([['acim.1, acim.token.abc', 'abc'], ['acim.token.abc', 'abc'], ['acim.1', undefined], ['token.abc', undefined], [undefined, undefined]])(
    'is found in %j',
    (protocols, expected) => expect(offeredToken(protocols)).toBe(expected)
  )
})
