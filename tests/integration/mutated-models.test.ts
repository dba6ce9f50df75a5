/** Damaged and hostile model files, imported by an engine process as the application starts it: problems, and nothing worse. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../../build/make.mjs'
import { fuzz, limits } from '../fuzz/fuzz'
import { seeds } from '../fuzz/seeds'
import { makeSurroundings } from '../fuzz/surroundings'
import { WatchedEngine } from '../fuzz/watched-engine'

const engineFile = resolve(import.meta.dirname, '../../out/main/engine-process.js')
/** The networks that are built: the same mutations with and without networks beside the checkout. */
const built = seeds(null)
/** A build may come first. */
const buildLimitMs = 240_000

let folder = ''
beforeAll(async () => {
  await ensureBuilt()
  folder = await mkdtemp(join(tmpdir(), 'acim-mutated-test-'))
}, buildLimitMs)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('mutated model files', () => {
  it('begin with networks that import', async () => {
    const engine = new WatchedEngine(engineFile, limits)
    makeSurroundings(folder)
    for (const { name, bytes } of built) {
      const file = join(folder, 'whole.onnx')
      await writeFile(file, bytes)
      expect([name, (await engine.inspect(file)).kind]).toEqual([name, 'imported'])
    }
    await engine.end()
  })

  it('give problems, never a crash, a hang or a process of more than 1 GB', async () => {
    const { outcomes, faults } = await fuzz({ engineFile, seeds: built, seed: 7, first: 0, count: 200, processes: 1 })
    expect(faults).toEqual([])
    // The damage reaches behind the decoder: some files still import, others are refused by ONNX Runtime only.
    expect(outcomes.imported).toBeGreaterThan(0)
    expect(outcomes.MODEL_RUNTIME_REJECTED).toBeGreaterThan(0)
  })
})
