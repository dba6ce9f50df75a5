/** Finds a Chromium or Chrome for the end-to-end tests; none is downloaded. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']
const places = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  win32: [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => [join(folder, 'Google/Chrome/Application/chrome.exe'), join(folder, 'Microsoft/Edge/Application/msedge.exe')]),
  linux: ['/usr/bin/chromium', '/snap/bin/chromium', '/opt/google/chrome/chrome']
}

/** Path of a browser: the one named by CHROMIUM_PATH, else the first that is found; null when there is none. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist.`)
    return named
  }
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  return [...(places[process.platform] ?? []), ...onPath].find((path) => existsSync(path)) ?? null
}

export const howToGetChromium =
  'No Chromium or Chrome was found. Install one (Debian, Ubuntu: "sudo apt-get install chromium"; macOS, Windows: Google Chrome), or name it with CHROMIUM_PATH=/path/to/chrome.'
