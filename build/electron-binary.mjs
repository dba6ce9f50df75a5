/**
 * Whether Electron itself is here. Its package downloads the binary when it is first asked for; asking by
 * `require('electron')` would start that download, so only its files are looked at.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './make.mjs'

const folder = join(root, 'node_modules', 'electron')
const probeMilliseconds = 4000
const installMilliseconds = 5 * 60_000

/** Path of the Electron program, or null when it has not been downloaded. */
export function electronBinary() {
  const pathFile = join(folder, 'path.txt')
  const versionFile = join(folder, 'dist', 'version')
  if (!existsSync(pathFile) || !existsSync(versionFile)) return null
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') !== version) return null
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim())
  return existsSync(binary) ? binary : null
}

/** Whether the download's server answers; the installer itself can hang on a silent one. */
async function downloadReachable() {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/'
  try {
    await fetch(mirror, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(probeMilliseconds) })
    return true
  } catch {
    return false
  }
}

/** The Electron program, downloaded if it can be; null when there is none to be had. */
export async function obtainElectron() {
  const present = electronBinary()
  if (present !== null) return present
  if (!(await downloadReachable())) return null
  console.error('Downloading Electron (once) …')
  spawnSync(process.execPath, [join(folder, 'install.js')], { cwd: root, stdio: 'ignore', timeout: installMilliseconds })
  return electronBinary()
}

/** Whether a window can be shown. */
export const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
