import { describe, expect, it } from 'vitest'
import { contentType, servedPath } from './served-path'

describe('servedPath', () => {
  it.each([
    ['/', 'index.html'],
    ['/index.html', 'index.html'],
    ['/assets/index-B3x_9.js', 'assets/index-B3x_9.js'],
    ['/assets/inter-latin-wght-normal.woff2', 'assets/inter-latin-wght-normal.woff2'],
    ['/%69ndex.html', 'index.html']
  ])('serves %s', (pathname, expected) => expect(servedPath(pathname)).toBe(expected))

  it.each([
    '',
    'index.html',
    '/..',
    '/../package.json',
    '/assets/../../package.json',
    '/assets/./x.js',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets%2f..%2f..%2fpackage.json',
    '/%252e%252e/package.json',
    '/..\\package.json',
    '/assets%5c..%5cpackage.json',
    '//etc/passwd',
    '/C:/Windows/win.ini',
    '/c%3a/x',
    '/index.html:stream',
    '/index.html%00.png',
    '/.git/config',
    '/assets/',
    '/%E0%A4%A',
    '/a\nb'
  ])('refuses %j', (pathname) => expect(servedPath(pathname)).toBeNull())
})

describe('contentType', () => {
  it('knows what the build makes and never guesses', () => {
    expect(contentType('assets/a.JS')).toBe('text/javascript; charset=utf-8')
    expect(contentType('index.html')).toBe('text/html; charset=utf-8')
    expect(contentType('network.onnx')).toBe('application/octet-stream')
  })
})
