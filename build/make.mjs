/**
 * Makes the build when it is missing or older than the sources. Only one process builds at a time; others wait for it.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const root = join(import.meta.dirname, '..')
const out = join(root, 'out')
const stamp = join(out, 'sources.sha256')
const lock = join(root, 'node_modules', '.acim-build-lock')
const sources = ['src-shared', 'src-main', 'src-renderer', 'electron.vite.config.ts', 'package-lock.json', 'tsconfig.json']

function* filesUnder(path) {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return
  if (!status.isDirectory()) {
    yield { path, status }
    return
  }
  for (const name of readdirSync(path).sort()) {
    if (!name.endsWith('.test.ts') && !name.endsWith('.md')) yield* filesUnder(join(path, name))
  }
}

/** Fingerprint of names, sizes and times: enough to notice an edit, cheap enough to take at each start. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const { path, status } of filesUnder(join(root, source))) hash.update(`${path} ${status.size} ${status.mtimeMs}\n`)
  }
  return hash.digest('hex')
}

const isFresh = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()

/** Has the next command build anew: what is in out/ is not what ensureBuilt makes. */
export const forgetBuild = () => rmSync(stamp, { force: true })

/** The lock's text; empty when it has just gone. */
function readLock() {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return ''
  }
}

/** Whether the process that wrote its number into the lock is still there. */
function holderLives() {
  const holder = Number(readLock())
  // Zero: made this instant, and not yet written.
  if (!Number.isInteger(holder) || holder <= 0) return true
  try {
    process.kill(holder, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** True when this process now holds the lock. A lock whose holder was killed is taken away. */
function takeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (existsSync(lock) && !holderLives()) rmSync(lock, { force: true })
    return false
  }
}

/**
 * Builds if needed. Everything the build says goes to standard error: standard output belongs to the program.
 * @param {{ quiet?: boolean, force?: boolean, announce?: boolean }} options `announce`: one line when it takes a while
 */
export async function ensureBuilt({ quiet = true, force = false, announce = !quiet } = {}) {
  if (!existsSync(join(root, 'node_modules', 'electron-vite'))) {
    console.error('The packages are not installed. Run "npm ci" first.')
    process.exit(1)
  }
  let waited = false
  for (;;) {
    if (!force && isFresh()) return
    if (takeLock()) break
    if (!waited && announce) console.error('Waiting for another build …')
    waited = true
    await sleep(200)
  }
  try {
    if (!force && isFresh()) return
    const before = fingerprint()
    rmSync(stamp, { force: true })
    if (announce || process.stderr.isTTY) console.error('Building …')
    const build = spawnSync(
      process.execPath,
      [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', quiet ? 'error' : 'info'],
      { cwd: root, stdio: ['ignore', 2, 2] }
    )
    if (build.status !== 0) {
      console.error('The build failed.')
      rmSync(lock, { force: true })
      process.exit(1)
    }
    writeFileSync(stamp, before)
  } finally {
    rmSync(lock, { force: true })
  }
}

/**
 * Runs a built entry of out/main in this process, as if it had been started directly.
 * @param {string} name
 * @param {string[]} args
 */
export async function runBuilt(name, args) {
  const file = join(out, 'main', `${name}.js`)
  process.argv = [process.execPath, file, ...args]
  const { pathToFileURL } = await import('node:url')
  await import(pathToFileURL(file).href)
}
