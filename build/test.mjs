/**
 * `npm test`: lint, types, unit, integration and end-to-end tests, one after the other; a failing step does not hide the
 * next. The last line is "N passed, N failed" over everything that was checked.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium, howToGetChromium } from './chromium.mjs'
import { root } from './make.mjs'

const results = join(root, 'test-results')
mkdirSync(results, { recursive: true })

/** Runs a tool of node_modules; what it prints is shown. */
function run(tool, args, environment = {}) {
  const result = spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } })
  return result.status === 0
}

/** A check that passes or fails as a whole. */
const whole = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 })

/** Counts of a JSON report; a tool that failed without a failed test (a crash, a file that does not compile) counts as one failure. */
function counted(report, ok, read) {
  if (!existsSync(report)) return whole(ok)
  const counts = read(JSON.parse(readFileSync(report, 'utf8')))
  return ok || counts.failed > 0 ? counts : { ...counts, failed: 1 }
}

function vitest(name, filter) {
  const report = join(results, `${name}.json`)
  rmSync(report, { force: true })
  const ok = run('vitest/vitest.mjs', ['run', ...filter, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
  return counted(report, ok, (json) => ({ passed: json.numPassedTests, failed: json.numFailedTests, skipped: json.numPendingTests + json.numTodoTests }))
}

function endToEnd() {
  if (findChromium() === null) {
    console.log(`The end-to-end tests were not run. ${howToGetChromium}`)
    return process.env.CI ? whole(false) : { passed: 0, failed: 0, skipped: 0, note: 'not run: no browser' }
  }
  const folder = join(root, 'test-results')
  const report = join(folder, 'end-to-end.json')
  rmSync(report, { force: true })
  const ok = run('@playwright/test/cli.js', ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: report })
  return counted(report, ok, ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }))
}

const typescript = (project) => whole(run('typescript/bin/tsc', ['--noEmit', '-p', project]))
const steps = [
  ['lint', () => whole(run('eslint/bin/eslint.js', ['.']))],
  ['types of the Node side', () => typescript('.')],
  ['types of the renderer', () => whole(run('vue-tsc/bin/vue-tsc.js', ['--noEmit', '-p', 'src-renderer']))],
  ['types of the end-to-end tests', () => typescript('tests/end-to-end')],
  ['build', () => whole(run('../build/build.mjs', []))],
  ['unit tests', () => vitest('unit', ['src-'])],
  ['integration tests', () => vitest('integration', ['tests/integration'])],
  ['end-to-end tests', endToEnd]
]

const summary = []
for (const [name, step] of steps) {
  console.log(`\n── ${name}`)
  const started = performance.now()
  const counts = step()
  summary.push({ name, seconds: (performance.now() - started) / 1000, ...counts })
}

console.log('\n── summary')
for (const { name, seconds, passed, failed, skipped, note } of summary) {
  const extra = [skipped > 0 ? `${skipped} skipped` : '', note ?? ''].filter((text) => text !== '').join(', ')
  console.log(`${name.padEnd(32)}${String(passed).padStart(6)} passed${String(failed).padStart(6)} failed   ${seconds.toFixed(1)} s${extra === '' ? '' : `   (${extra})`}`)
}
const sum = (key) => summary.reduce((total, step) => total + step[key], 0)
process.exitCode = sum('failed') === 0 ? 0 : 1
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
