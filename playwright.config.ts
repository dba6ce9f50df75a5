/** End-to-end tests: the built web host in a browser that is already here, and Electron where its binary is. */
import { defineConfig } from '@playwright/test'
import { findChromium } from './build/chromium.mjs'

/** Chromium refuses its sandbox to root; nothing else turns it off. */
const asRoot = process.getuid?.() === 0
const executablePath = findChromium()

export default defineConfig({
  testDir: 'tests/end-to-end',
  outputDir: 'test-results/end-to-end',
  // Each test has a host and an engine of its own; two of them would share two cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    // Without DOM snapshots: they run a script in every frame, and the report's preview is sandboxed against scripts.
    trace: { mode: 'retain-on-failure', snapshots: false },
    screenshot: 'only-on-failure'
  },
  projects: [
    {
      name: 'web',
      testIgnore: 'electron.test.ts',
      testMatch: '*.test.ts',
      use: {
        browserName: 'chromium',
        headless: true,
        launchOptions: {
          ...(executablePath === null ? {} : { executablePath }),
          chromiumSandbox: !asRoot,
          args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
        }
      }
    },
    { name: 'electron', testMatch: 'electron.test.ts' }
  ]
})
