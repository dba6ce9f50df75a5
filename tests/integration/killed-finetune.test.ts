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

const command = (out: string): string[] => [
  join(root, 'build/acim.mjs'), 'finetune', '--model', join(root, 'resources/sample/glyphs.onnx'), '--data', join(root, 'resources/sample/glyph-images'), '--normalize', '0.5/0.5',
  '--sigma', '0.1', '--epochs', '4', '--batch', '100', '--train-images', '1500', '--validation-images', '300', '--validation-instances', '1',
  '--test-images', '200', '--instances', '2', '--export', join(folder, `${out}.onnx`), '--out', join(folder, out), '--json', '--quiet'
]

interface Document { export: { sha256: string }; history: { step: number; loss: number }[] }

async function finish(out: string): Promise<Document> {
  const child = spawn(process.execPath, command(out), { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const code = await new Promise((settle) => child.on('close', settle))
  expect(code).toBe(0)
  return JSON.parse(text) as Document
}

it('resumes to bit-identical weights', async () => {
  const whole = await finish('whole')
  // Its own process group, so that the kill reaches the command line and not this test.
  const child = spawn(process.execPath, command('killed'), { stdio: 'ignore', detached: true })
  const checkpoint = join(folder, 'killed/runs/0001-finetune/checkpoint.bin')
  while (!existsSync(checkpoint)) await sleep(20)
  process.kill(-child.pid!, 'SIGKILL')
  await new Promise((settle) => child.on('close', settle))

  const resumed = await finish('killed')
  expect(await readdir(join(folder, 'killed/runs'))).toEqual(['0001-finetune'])
  expect(resumed.export.sha256).toBe(whole.export.sha256)
  expect(resumed.history.map(({ step, loss }) => [step, loss])).toEqual(whole.history.map(({ step, loss }) => [step, loss]))
  const run = JSON.parse(await readFile(join(folder, 'killed/runs/0001-finetune/run.json'), 'utf8')) as { status: string }
  expect(run.status).toBe('finished')
}, 300_000)
