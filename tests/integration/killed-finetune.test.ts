/** kill -9 during a fine-tuning from the command line: the same command again goes on and ends with the same weights. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-killed-'))))
afterAll(() => rm(folder, { recursive: true }))

const acim = join(root, 'build/acim.mjs')
const images = ['--data', join(root, 'resources/sample/glyph-images'), '--normalize', '0.5/0.5']
const tuned = (out: string): string => join(folder, `${out}.onnx`)
const described = (out: string): string => join(folder, `${out}.json`)
const command = (out: string, options: readonly string[]): string[] => [
  acim, 'finetune', '--model', join(root, 'resources/sample/glyphs.onnx'), ...images, '--sigma', '0.1', '--batch', '100', '--validation-images', '300', '--validation-instances', '1',
  '--test-images', '200', '--instances', '2', ...options, '--export', tuned(out), '--out', join(folder, out), '--json', '--quiet'
]
const plain = ['--epochs', '4', '--train-images', '1500']
/** All that has a state or a draw of its own, in few steps. */
const everything = [
  '--epochs', '3', '--train-images', '900', '--dac-bits', '6', '--adc-bits', '6', '--learn-ranges', 'both:10', '--nesterov', '--accumulate', '2', '--sigma-range', '0.05:0.15', '--noise-ramp', '2', '--teacher', '0.5:3'
]

interface Document { export: { sha256: string }; history: { step: number; loss: number }[]; learnt: unknown; after: { noisy: { top1: { values: number[] } } } }

async function finish<T = Document>(words: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const code = await new Promise((settle) => child.on('close', settle))
  expect(code).toBe(0)
  return JSON.parse(text) as T
}

it.each([
  ['the default settings', 'plain', () => plain],
  ['learnt ranges, Nesterov, accumulation, σ from a range, noise that grows, a teacher', 'every', (out: string) => [...everything, '--export-hardware', described(out)]]
])('resumes to bit-identical weights: %s', async (_, name, options) => {
  const [wholeRun, killedRun] = [`${name}-whole`, `${name}-killed`]
  const whole = await finish(command(wholeRun, options(wholeRun)))
  // Its own process group, so that the kill reaches the command line and not this test.
  const child = spawn(process.execPath, command(killedRun, options(killedRun)), { stdio: 'ignore', detached: true })
  const run = join(folder, killedRun, 'runs/0001-finetune')
  while (!existsSync(join(run, 'checkpoint.bin'))) await sleep(20)
  process.kill(-child.pid!, 'SIGKILL')
  await new Promise((settle) => child.on('close', settle))

  const resumed = await finish(command(killedRun, options(killedRun)))
  expect(await readdir(join(folder, killedRun, 'runs'))).toEqual(['0001-finetune'])
  expect(resumed.export.sha256).toBe(whole.export.sha256)
  expect(resumed.learnt).toEqual(whole.learnt)
  expect(resumed.history.map(({ step, loss }) => [step, loss])).toEqual(whole.history.map(({ step, loss }) => [step, loss]))
  const { status } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as { status: string }
  expect(status).toBe('finished')
}, 300_000)

it('describes the hardware with the learnt ranges: a simulation of the exported network on it has the figures after', async () => {
  const { after } = JSON.parse(await readFile(join(folder, 'every-whole/runs/0001-finetune/run.json'), 'utf8')).result as Document
  const simulated = await finish<{ points: { top1: { values: number[] } }[] }>([
    acim, 'simulate', '--model', tuned('every-whole'), ...images, '--hardware', described('every-whole'), '--images', '200', '--instances', '2', '--json', '--quiet'
  ])
  expect(simulated.points[0]!.top1.values).toEqual(after.noisy.top1.values)
}, 300_000)
