/** The one window: sandboxed, without Node, closed to every address but its own. */
import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { builtFile } from '../environment'
import { navigationAllowed, windowOpenAction } from './policies/navigation'
import { appOrigin } from './policies/origin'
import { readWindowState, restoredBounds, smallestWindow, writeWindowState } from './window-state'

/** Canvas colours of the design (src-renderer/styles/tokens.css), for the moment before the page is there. */
const canvas = { light: '#eef0f3', dark: '#14171b' }

export interface WindowOptions {
  userDataFolder: string
  developmentServer: string | null
}

export function openWindow(options: WindowOptions): BrowserWindow {
  const stateFile = join(options.userDataFolder, 'window.json')
  const stored = readWindowState(stateFile)
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id)
  let background = stored?.background ?? (nativeTheme.shouldUseDarkColors ? canvas.dark : canvas.light)

  const window = new BrowserWindow({
    ...restoredBounds(stored, [primary, ...others].map((display) => display.workArea)),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'Analog CIM Studio',
    backgroundColor: background,
    show: false,
    webPreferences: {
      preload: builtFile('preload', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false
    }
  })
  if (stored?.maximized === true) window.maximize()
  window.once('ready-to-show', () => window.show())

  const { webContents } = window
  webContents.setWindowOpenHandler(({ url }) => ({ action: windowOpenAction(url) }))
  const block = (event: { url: string; preventDefault(): void }): void => {
    if (!navigationAllowed(event.url, options.developmentServer)) event.preventDefault()
  }
  webContents.on('will-navigate', block)
  webContents.on('will-redirect', block)
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  // The page keeps <meta name="theme-color"> at its canvas colour; the next start begins with it.
  webContents.on('did-change-theme-color', (_event, color) => {
    if (color === null || !/^#[0-9a-f]{6}/i.test(color)) return
    background = color.slice(0, 7)
    window.setBackgroundColor(background)
  })

  window.on('close', () => {
    writeWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized(), background })
  })
  // A failed load ends in the event of that name, which Electron prints; the promise adds nothing.
  window.loadURL(options.developmentServer ?? `${appOrigin}/index.html`).catch(() => {})
  return window
}
