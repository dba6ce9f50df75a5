/**
 * `npm start`: opens the application. Electron where it is here or can be fetched and there is a display; otherwise the
 * same interface in a browser. Arguments are passed on: `npm start -- --port 4680 --project DIR`.
 */
import { spawn } from 'node:child_process'
import { electronBinary, hasDisplay, obtainElectron } from './electron-binary.mjs'
import { ensureBuilt, root, runBuilt } from './make.mjs'

const args = process.argv.slice(2)
await ensureBuilt({ quiet: true, announce: true })

const display = hasDisplay()
// A port is asked for: so is the web host.
const browserWanted = args.some((argument) => argument === '--port' || argument.startsWith('--port='))
const electron = browserWanted || !display ? null : await obtainElectron()

if (electron !== null) {
  const child = spawn(electron, [root, ...args], { stdio: 'inherit' })
  // Ctrl+C reaches Electron too, which ends in order; this process only waits for it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
} else {
  if (!browserWanted) {
    const reason = display ? "Electron's program is not here and cannot be downloaded" : 'There is no display' + (electronBinary() === null ? " and no Electron" : '')
    console.error(`${reason}: the interface is served for a browser instead.`)
  }
  await runBuilt('web', display ? [...args, '--open'] : args)
}
