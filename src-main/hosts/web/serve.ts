/** Serving from a terminal: says where, opens a browser if asked, and ends in order on Ctrl+C. */
import { spawn } from 'node:child_process'
import { startWebHost, type WebHostOptions } from './start-web-host'

export interface ServeOptions extends WebHostOptions {
  /** Opens the address in the person's browser. */
  openBrowser?: boolean
}

/**
 * Serves until SIGINT or SIGTERM, then closes in order. A second signal ends at once.
 * Raises the problem of a port or project that cannot be used.
 */
export async function serveUntilStopped(options: ServeOptions): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    let signals = 0
    const stop = (): void => {
      if (++signals > 1) process.exit(130)
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    // The terminal was closed.
    process.on('SIGHUP', stop)
  })
  const host = await startWebHost(options)
  // One line, the address last: read by people and by scripts.
  process.stdout.write(`Analog CIM Studio is at ${host.address}\n`)
  if (host.opened !== null && !host.opened.ok) {
    const { where, message, tip } = host.opened.problem
    process.stderr.write(`The project could not be opened. ${where}: ${message} ${tip}\n`)
  }
  process.stderr.write('Press Ctrl+C to stop.\n')
  if (options.openBrowser === true) openBrowser(host.address)
  await stopped
  process.stderr.write('Stopping: running jobs reach their checkpoint first.\n')
  await host.close()
}

/** A browser is a convenience: where there is none, the printed address is enough. */
function openBrowser(address: string): void {
  const [command, ...args] =
    process.platform === 'darwin' ? ['open', address] : process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', address] : ['xdg-open', address]
  const child = spawn(command as string, args, { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
