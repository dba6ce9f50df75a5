import { describe, expect, it } from 'vitest'
import { appPath } from './app-path'
import { senderAllowed } from './ipc-sender'
import { navigationAllowed, windowOpenAction } from './navigation'
import { permissionAllowed } from './permission'

const server = 'http://localhost:5173'

/** Addresses that look like ours, or that would run or read something. */
const foreign = [
  'https://example.org/',
  'http://studio/',
  'app://studio.evil.example/',
  'app://evil/index.html',
  'app://studio:80/',
  'app://user@studio/index.html',
  'app:studio/index.html',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,<script>1</script>',
  'blob:app://studio/1',
  'about:blank',
  'devtools://devtools/bundled/x.html',
  'APP-EVIL://studio/',
  '',
  'index.html'
]

describe('navigation', () => {
  it.each(['app://studio/', 'app://studio/index.html#/results', 'app://studio/index.html?x=1'])('allows %s', (url) => {
    expect(navigationAllowed(url)).toBe(true)
  })
  it.each(foreign)('blocks %j', (url) => {
    expect(navigationAllowed(url)).toBe(false)
    expect(navigationAllowed(url, server)).toBe(false)
  })
  it('knows the development server only where there is one', () => {
    expect(navigationAllowed(`${server}/index.html`)).toBe(false)
    expect(navigationAllowed(`${server}/index.html`, server)).toBe(true)
    expect(navigationAllowed('http://localhost:51730/', server)).toBe(false)
    expect(navigationAllowed('https://localhost:5173/', server)).toBe(false)
  })
  it.each(['app://studio/index.html', ...foreign])('opens no window for %j', (url) => expect(windowOpenAction(url)).toBe('deny'))
})

describe('permission', () => {
  it.each(['media', 'geolocation', 'notifications', 'midi', 'pointerLock', 'fullscreen', 'openExternal', 'clipboard-read', 'hid', 'serial', 'usb', 'unknown'])(
    'denies %s',
    (permission) => expect(permissionAllowed(permission)).toBe(false)
  )
})

describe('app path', () => {
  it.each([
    ['app://studio', 'index.html'],
    ['app://studio/', 'index.html'],
    ['app://studio/index.html#/model', 'index.html'],
    ['app://studio/assets/index-1.js?v=1', 'assets/index-1.js'],
    // Resolved by the parser: it cannot climb above the root.
    ['app://studio/../../assets/a.js', 'assets/a.js']
  ])('%s is %s', (url, path) => expect(appPath(url)).toBe(path))
  it.each([
    ...foreign,
    'app://studio/%2e%2e%2fpackage.json',
    'app://studio/..%2f..%2fpackage.json',
    'app://studio/..%5cpackage.json',
    'app://studio//etc/passwd',
    'app://studio/C:/Windows/win.ini',
    'app://studio/.env',
    'app://studio/index.html%00.js',
    'app://studio/%ff'
  ])('refuses %j', (url) => expect(appPath(url)).toBeNull())
})

describe('IPC sender', () => {
  it.each([
    [{ url: 'app://studio/index.html', parent: null }, null, true],
    [{ url: `${server}/`, parent: null }, server, true],
    [{ url: `${server}/`, parent: null }, null, false],
    [{ url: 'app://studio/index.html', parent: {} }, null, false],
    [{ url: 'about:srcdoc', parent: {} }, null, false],
    [{ url: 'https://example.org/', parent: null }, null, false],
    [{ url: '', parent: null }, null, false],
    [null, null, false],
    [null, server, false]
  ])('%j with server %j → %s', (frame, developmentServer, allowed) => expect(senderAllowed(frame, developmentServer)).toBe(allowed))
})
