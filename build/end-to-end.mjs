/** `npm run test:e2e [-- playwright options]`: the end-to-end tests in a browser that is here; says so when there is none. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findChromium, howToGetChromium } from './chromium.mjs'
import { ensureBuilt, root } from './make.mjs'

if (findChromium() === null) {
  console.error(`The end-to-end tests were not run. ${howToGetChromium}`)
  process.exitCode = process.env.CI ? 1 : 0
} else {
  await ensureBuilt({ announce: true })
  const result = spawnSync(process.execPath, [join(root, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
  process.exitCode = result.status ?? 1
}
