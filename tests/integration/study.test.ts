/** `acim study` on the bundled sample, as a script runs it: the same document for any number of workers, and after a kill. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudyFindings } from '@shared/study'
import { ensureBuilt } from '../../build/make.mjs'
import { processLimitMs, startAcim } from './acim-process'

const root = resolve(import.meta.dirname, '../..')
const sample = join(root, 'resources', 'sample')

let folder = ''
let tuned = ''
const inputs = ['--model', join(sample, 'glyphs.onnx'), '--data', join(sample, 'glyph-images'), '--normalize', '0.5/0.5']
beforeAll(async () => {
  await ensureBuilt()
  folder = await mkdtemp(join(tmpdir(), 'acim-study-'))
  tuned = join(folder, 'tuned.onnx')
  const made = await start([
    'finetune', ...inputs, '--sigma', '0.15', '--epochs', '1', '--batch', '100', '--train-images', '300', '--validation-images', '50', '--validation-instances', '1', '--test-images', '50', '--instances', '1',
    '--export', tuned, '--quiet'
  ]).ended
  expect(made.code, made.stderr).toBe(0)
}, processLimitMs)
afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (args: readonly string[]): ReturnType<typeof startAcim> => startAcim(folder, args)

const command = (): string[] => ['study', ...inputs, '--tuned', `HA-SGD=${tuned}`, '--scales', 'network,column', '--sigma', '0,0.1,0.2', '--instances', '3', '--images', '100', '--seed', '5', '--json']
/** Without what depends on the clock, and on where the run is stored. */
const timeless = (text: string): unknown => JSON.parse(text, (key, value: unknown) => (['seconds', 'run'].includes(key) ? undefined : value))

let whole = ''
it('gives the same document with one worker and with two, and the accuracies of a simulation', async () => {
  const [one, two] = [await start([...command(), '--workers', '1']).ended, await start([...command(), '--workers', '2', '--quiet']).ended]
  expect([one.code, two.code], one.stderr).toEqual([0, 0])
  expect(two.stderr).toBe('')
  expect(timeless(two.stdout)).toEqual(timeless(one.stdout))
  whole = one.stdout
  const document = JSON.parse(one.stdout) as Pick<StudyFindings, 'networks'> & { points: { network: string; scale: string; value: number; top1: { values: number[] } }[] }
  expect(document.networks.map(({ name }) => name)).toEqual(['Original', 'HA-SGD'])
  expect(document.points).toHaveLength(2 * 2 * 3)

  const simulated = await start(['simulate', ...inputs, '--model', tuned, '--scale', 'column', '--sigma', '0.2', '--instances', '3', '--images', '100', '--seed', '5', '--json']).ended
  expect(simulated.code, simulated.stderr).toBe(0)
  const { points: [point] } = JSON.parse(simulated.stdout) as { points: { top1: { values: number[] } }[] }
  expect(document.points.find(({ network, scale, value }) => network === 'HA-SGD' && scale === 'column' && value === 0.2)?.top1.values).toEqual(point?.top1.values)
}, processLimitMs)

it('killed, the same command goes on, and ends with the same document', async () => {
  const out = join(folder, 'killed')
  const args = [...command(), '--workers', '1', '--out', out]
  const trials = join(out, 'runs', '0001-study', 'trials.jsonl')
  const lines = async (): Promise<string[]> => (existsSync(trials) ? (await readFile(trials, 'utf8')).split('\n').slice(0, -1) : [])
  const killed = start(args)
  const deadline = Date.now() + 60_000
  while ((await lines()).length < 4 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 20))
  killed.child.kill('SIGKILL')
  await killed.ended
  const kept = await lines()
  expect(kept.length).toBeGreaterThanOrEqual(4)

  const resumed = await start(args).ended
  expect(resumed.code, resumed.stderr).toBe(0)
  expect(resumed.stderr).toContain('Continuing 0001-study')
  expect(timeless(resumed.stdout)).toEqual(timeless(whole))
  const all = await lines()
  expect(all.slice(0, kept.length)).toEqual(kept)
  // Two digital networks; of each, in two representations, one chip instance at σ = 0 and three at two values. None twice.
  expect(all).toHaveLength(2 * (1 + 2 * (1 + 3 + 3)))
}, processLimitMs)

it('writes the table for people, and a problem that names what differs', async () => {
  const text = await start([...command().filter((word) => word !== '--json'), '--quiet']).ended
  expect(text.stdout).toMatch(/One per column +0\.1 +\d+\.\d ± \d/)
  const other = join(root, 'tests', 'fixtures', 'networks', 'lenet.onnx')
  const refused = await start([...command().map((word) => (word.startsWith('HA-SGD=') ? `Other=${other}` : word)), '--quiet']).ended
  expect([refused.code, JSON.parse(refused.stderr)]).toMatchObject([2, { code: 'STUDY_INVALID', message: expect.stringMatching(/^“Other” has the layer .* where the network has/) as string }])
}, processLimitMs)
