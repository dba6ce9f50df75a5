/** The desktop program itself. Runs where Electron's binary is and a window can be shown; says so elsewhere. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test } from '@playwright/test'
import { electronBinary, hasDisplay } from '../../build/electron-binary.mjs'

const root = join(import.meta.dirname, '..', '..')
const executablePath = electronBinary()

test.skip(executablePath === null, 'Electron has not been downloaded; "node node_modules/electron/install.js" fetches it.')
test.skip(!hasDisplay(), 'There is no display; on Linux, "xvfb-run npm test" gives one.')

test('the window opens, sandboxed, and shows the interface', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'acim-electron-'))
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const application = await _electron.launch({ executablePath: executablePath ?? '', args: [root, `--acim-user-data=${folder}`, ...sandbox] })
  try {
    const page = await application.firstWindow()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    await expect(page.getByRole('button', { name: /sample/i }).first()).toBeVisible()
    expect(page.url()).toMatch(/^app:\/\/studio\//)

    expect(await page.evaluate(() => ({ process: typeof Reflect.get(globalThis, 'process'), require: typeof Reflect.get(globalThis, 'require') }))).toEqual({
      process: 'undefined',
      require: 'undefined'
    })
    const bridge = await page.evaluate(() => Object.keys(Reflect.get(globalThis, 'acim') as object).sort())
    expect(bridge).toEqual(['handleForFile', 'on', 'request', 'save'])
    // Navigation and new windows are blocked.
    await page.evaluate(() => void window.open('https://example.org/'))
    await page.evaluate(() => {
      location.href = 'https://example.org/'
    })
    expect(page.url()).toMatch(/^app:\/\/studio\//)
    expect(application.windows()).toHaveLength(1)
    // Files outside of the interface are not served.
    expect(await page.evaluate(async () => (await fetch('app://studio/%2e%2e%2fpackage.json')).status)).toBe(404)
    expect(errors.filter((text) => !text.includes('404'))).toEqual([])
  } finally {
    await application.close()
    await rm(folder, { recursive: true, force: true })
  }
})
