/**
 * What every end-to-end test needs: the built web host with empty folders of its own, its page, and the page's console.
 *
 *     import { expect, openApp, test } from './fixtures'
 *     test('…', async ({ page, host, consoleErrors }) => {
 *       await openApp(page, host)
 *       …
 *       expect(consoleErrors).toEqual([])   // checked after each test too
 *     })
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'

const root = join(import.meta.dirname, '..', '..')
/** The host starts in well under a second; a loaded machine may need more. */
const startMilliseconds = 30_000
/** Jobs reach their checkpoint and the engine ends within this time. */
const stopMilliseconds = 20_000

export interface Host {
  /** Address with the token, as the host printed it. */
  address: string
  /** Folder in which new projects are made. */
  projectsFolder: string
  userDataFolder: string
  /** Process number of the running host; its children are the engine. */
  processId: number
  /** What the host said on standard error so far. */
  log(): string
  /** Ends the host in order, or as a crash would; `start` brings it back on the same folders and port. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  start(): Promise<void>
}

interface Fixtures {
  /** Options for the host's command line; `test.use({ hostArguments: ['--workers', '2'] })`. */
  hostArguments: string[]
  host: Host
  /** Errors of the page: console.error, uncaught exceptions, failed requests. Empty at the end, or the test fails. */
  consoleErrors: string[]
  /** Pattern of errors that a test provokes on purpose, or null. */
  expectedErrors: RegExp | null
}

export const test = base.extend<Fixtures>({
  hostArguments: [[], { option: true }],
  expectedErrors: [null, { option: true }],

  host: async ({ hostArguments }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'acim-end-to-end-'))
    const projectsFolder = join(folder, 'projects')
    const userDataFolder = join(folder, 'user-data')
    await mkdir(projectsFolder)
    let child: ChildProcess | null = null
    let port = '0'
    let log = ''
    const host: Host = {
      address: '',
      projectsFolder,
      userDataFolder,
      processId: 0,
      log: () => log,
      async start() {
        const started = spawn(
          process.execPath,
          [join(root, 'out/main/web.js'), '--port', port, '--user-data', userDataFolder, '--projects-folder', projectsFolder, ...hostArguments],
          { stdio: ['ignore', 'pipe', 'pipe'] }
        )
        child = started
        host.processId = started.pid ?? 0
        started.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
        host.address = await printedAddress(started, () => log)
        port = new URL(host.address).port
      },
      async stop(signal = 'SIGTERM') {
        if (child === null || child.exitCode !== null || child.signalCode !== null) return
        const ending = child
        const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
        ending.kill(signal)
        const patience = setTimeout(() => ending.kill('SIGKILL'), stopMilliseconds)
        await ended
        clearTimeout(patience)
      }
    }
    await host.start()
    await use(host)
    await host.stop()
    await rm(folder, { recursive: true, force: true })
  },

  consoleErrors: [
    // Named here so that it is still there when the errors are looked at.
    async ({ page, expectedErrors, host: _host }, use) => {
      const errors: string[] = []
      const add = (text: string): void => {
        if (expectedErrors?.test(text) !== true) errors.push(text)
      }
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') add(`${message.type()}: ${message.text()} (${message.location().url})`)
      })
      page.on('pageerror', (error) => add(`uncaught: ${error.stack ?? error.message}`))
      page.on('requestfailed', (request) => {
        const reason = request.failure()?.errorText ?? ''
        // Leaving a page aborts what it had under way; that is not an error.
        if (reason !== 'net::ERR_ABORTED') add(`failed: ${request.method()} ${request.url()} ${reason}`)
      })
      await use(errors)
      expect(errors, 'the page reported errors').toEqual([])
    },
    { auto: true }
  ]
})

/** The address in the line that the host prints when it serves. */
function printedAddress(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const patience = setTimeout(() => reject(new Error(`The web host did not print its address.\n${output}${log()}`)), startMilliseconds)
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const address = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(output)?.[0]
      if (address === undefined) return
      clearTimeout(patience)
      resolve(address)
    })
    child.once('exit', (code) => {
      clearTimeout(patience)
      reject(new Error(`The web host ended with code ${code}.\n${output}${log()}`))
    })
  })
}

/** Opens the interface as a person does, by the printed address, and waits until it shows something. */
export async function openApp(page: Page, host: Host): Promise<void> {
  await page.goto(host.address)
  await expect(page.locator('#app')).not.toBeEmpty()
  await expect(page.locator('#app :is(h1, h2, [role="heading"])').first()).toBeVisible()
}

export { expect }
