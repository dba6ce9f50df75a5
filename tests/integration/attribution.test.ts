/** `acim attribute` on the bundled sample, as a script runs it: the same document for any number of workers, and after a kill. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AttributionFindings } from '@shared/attribution'
import { ensureBuilt } from '../../build/make.mjs'
import { processLimitMs, startAcim } from './acim-process'

const root = resolve(import.meta.dirname, '../..')
const sample = join(root, 'resources', 'sample')

let folder = ''
beforeAll(async () => {
  await ensureBuilt()
  folder = await mkdtemp(join(tmpdir(), 'acim-attribution-'))
}, processLimitMs)
afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (args: readonly string[]): ReturnType<typeof startAcim> => startAcim(folder, args)

const common = [
  '--model', join(sample, 'glyphs.onnx'), '--data', join(sample, 'glyph-images'), '--normalize', '0.5/0.5', '--sigma', '0.15', '--dac-bits', '4', '--adc-bits', '5', '--rows', '64',
  '--instances', '3', '--images', '100', '--seed', '5', '--json'
]
type Document = AttributionFindings & { run: { id: string } | null; status: string }
/** Without what depends on the clock, and on where the run is stored. */
const timeless = (text: string): unknown => JSON.parse(text, (key, value: unknown) => (['seconds', 'imagesPerSecond', 'run'].includes(key) ? undefined : value))

let whole = ''
it('gives the same document with one worker and with two, and the accuracies of a simulation', async () => {
  const args = ['attribute', ...common, '--signal-images', '20']
  const [one, two] = [await start([...args, '--workers', '1']).ended, await start([...args, '--workers', '2', '--quiet']).ended]
  expect([one.code, two.code], one.stderr).toEqual([0, 0])
  expect(two.stderr).toBe('')
  expect(timeless(two.stdout)).toEqual(timeless(one.stdout))
  whole = one.stdout
  const document = JSON.parse(one.stdout) as Document
  expect(document.effects.map((effect) => effect.switch)).toEqual(['programmingError', 'inputQuantization', 'outputQuantization'])
  expect(document.layers).toHaveLength(document.snr.length)
  expect(document.layers.length).toBeGreaterThan(2)
  for (const { lossAlone, gainWithout } of document.effects) expect([lossAlone, gainWithout]).not.toContain(null)

  const simulated = await start(['simulate', ...common]).ended
  expect(simulated.code, simulated.stderr).toBe(0)
  expect(JSON.parse(simulated.stdout)).toMatchObject({ digital: { top1: document.digital?.top1 }, points: [{ top1: document.all?.top1, loss: document.all?.loss }] })
}, processLimitMs)

it('killed, the same command goes on, and ends with the same document', async () => {
  const out = join(folder, 'killed')
  const args = ['attribute', ...common, '--signal-images', '20', '--workers', '1', '--out', out]
  const trials = join(out, 'runs', '0001-attribute', 'trials.jsonl')
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
  expect(resumed.stderr).toContain('Continuing 0001-attribute')
  expect(timeless(resumed.stdout)).toEqual(timeless(whole))
  // What had been computed was not computed again.
  expect((await lines()).slice(0, kept.length)).toEqual(kept)
}, processLimitMs)
