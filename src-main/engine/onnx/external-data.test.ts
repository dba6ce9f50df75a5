/** Weights in files beside the model: what is read, and what is refused. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemError, type Problem } from '@shared/problems'
import { taskTable } from '../task-table'
import { analogLayers } from './classify'
import { writeModelWithOffsets } from './codec'
import type { ExternalPlace } from './codec-tensor'
import { openExternalFiles, sourceWeightsFolder } from './external-data'
import { elementCount, workingOpset } from './graph'
import { GraphBuilder } from './graph-builder'
import { importNetwork } from './import'
import { layerWeights } from './network-store'
import { createSession, floatTensor } from './session'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'acim-external-test-'))
  writeFileSync(join(folder, 'weights.bin'), Buffer.from(Float32Array.of(0, 1, 2, 3, 4).buffer))
})
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
/** y = x · w + b and z = x · w, with weights where `places` says. */
function fileOf(places: ReadonlyMap<string, ExternalPlace>): string {
  const builder = new GraphBuilder('external')
  builder.input({ name: 'x', type: 'float32', shape: ['N', 2] })
  builder.initializer('w', { type: 'float32', dims: [2, 2], data: new Float32Array(4) })
  builder.initializer('b', { type: 'float32', dims: [2], data: new Float32Array(2) })
  builder.node('Gemm', ['x', 'w', 'b'], {}, { output: 'y' })
  builder.node('MatMul', ['x', 'w'], {}, { output: 'z' })
  for (const name of ['y', 'z']) builder.output({ name, type: 'float32', shape: ['N', 2] })
  const model = { irVersion: 8, producer: 'test', opsets: new Map([['', workingOpset]]), graph: builder.build(), metadata: new Map(), functions: [] }
  const file = join(folder, `${count++}.onnx`)
  writeFileSync(file, writeModelWithOffsets(model, places).bytes)
  return file
}
const weightAt = (location: string, offset: number): Map<string, ExternalPlace> => new Map([['w', { location, offset, length: 16 }]])

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem
    throw thrown
  }
  throw new Error('There was no problem')
}

describe('external data', () => {
  it('is read from beside the model', async () => {
    const network = await importNetwork(fileOf(weightAt('weights.bin', 4)))
    expect(layerWeights(network, analogLayers(network)[0]!.node).weights).toMatchObject({ minimum: 1, maximum: 4 })
    expect(network.report.notes.join()).toContain('beside the model')
  })
  it.each(['../secret.bin', '/etc/hostname', 'none.bin', 'link.bin', '.'])('%s is refused', async (location) => {
    writeFileSync(join(tmpdir(), 'acim-outside.bin'), Buffer.alloc(64))
    if (location === 'link.bin') symlinkSync(join(tmpdir(), 'acim-outside.bin'), join(folder, 'link.bin'))
    expect((await problemOf(importNetwork(fileOf(weightAt(location, 0))))).code).toBe('MODEL_EXTERNAL_DATA')
    rmSync(join(tmpdir(), 'acim-outside.bin'))
  })
  it('several files with offsets, in folders below too; the report knows their contents and size', async () => {
    mkdirSync(join(folder, 'parts'), { recursive: true })
    const inFile = (name: string, offset: number, dims: number[], values: number[]): ExternalPlace => {
      const bytes = Buffer.alloc(offset + 4 * values.length)
      bytes.set(new Uint8Array(Float32Array.from(values).buffer), offset)
      writeFileSync(join(folder, 'parts', name), bytes)
      return { location: `parts/${name}`, offset, length: 4 * elementCount(dims) }
    }
    const places = (bias: number[]) => new Map([['w', inFile('w.bin', 20, [2, 2], [1, 2, 3, 4])], ['b', inFile('b.bin', 4, [2], bias)]])
    const file = fileOf(places([5, 6]))
    const network = await importNetwork(file)
    expect(network.externalFiles).toEqual([join('parts', 'w.bin'), join('parts', 'b.bin')])
    expect(network.report.bytes).toBe(statSync(file).size + 24)
    const session = await createSession(network.model)
    const { y } = await session.run({ x: floatTensor({ dims: [1, 2], data: Float32Array.of(1, 10) }) })
    await session.release()
    expect([...(y!.data as Float32Array)]).toEqual([36, 48])
    writeFileSync(join(folder, 'parts', 'b.bin'), Buffer.alloc(12))
    expect((await importNetwork(file)).report.sha256).not.toBe(network.report.sha256)
  })
  it.runIf(process.platform !== 'win32')('pipes, devices and folders are not opened', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.bin')])
    symlinkSync('pipe.bin', join(folder, 'to-pipe.bin'))
    mkdirSync(join(folder, 'folder.bin'))
    for (const location of ['pipe.bin', 'to-pipe.bin', 'folder.bin']) expect(await problemOf(importNetwork(fileOf(weightAt(location, 0))))).toMatchObject({ code: 'MODEL_EXTERNAL_DATA', message: expect.stringContaining('is not a file') as string })
    symlinkSync('/dev/zero', join(folder, 'zero.bin'))
    expect((await problemOf(importNetwork(fileOf(weightAt('zero.bin', 0))))).code).toBe('MODEL_EXTERNAL_DATA')
  })
  it.each(['..\\secret.bin', 'C:\\weights.bin', 'C:weights.bin', '//host/share/weights.bin', 'a/../../b.bin', 'weights.bin\0'])('%j is refused by its form', async (location) => {
    expect(await problemOf(importNetwork(fileOf(weightAt(location, 0))))).toMatchObject({ code: 'MODEL_EXTERNAL_DATA', message: expect.stringContaining("model's folder") as string })
  })
  it('offsets and lengths that cannot be are refused', async () => {
    expect(await problemOf(importNetwork(fileOf(weightAt('weights.bin', -4))))).toMatchObject({ code: 'MODEL_INVALID', message: expect.stringContaining('offset of its external data is “-4”') as string })
    expect((await problemOf(importNetwork(fileOf(weightAt('weights.bin', 2 ** 40))))).code).toBe('MODEL_EXTERNAL_DATA')
  })
  it('more than the machine holds is refused before it is read', () => {
    writeFileSync(join(folder, 'sparse.bin'), '')
    truncateSync(join(folder, 'sparse.bin'), 2 ** 40)
    const { read } = openExternalFiles(folder, 'test')
    expect(() => read('sparse.bin', 0, 2 ** 40)).toThrow(/GB of memory/)
  })
  it('a file that is too short is refused', async () => {
    writeFileSync(join(folder, 'short.bin'), Buffer.alloc(10))
    expect((await problemOf(importNetwork(fileOf(weightAt('short.bin', 0))))).message).toContain('10 bytes')
  })
})

describe('the copy of an imported network', () => {
  it('has the files beside it, from which another output can be chosen', async () => {
    const source = fileOf(weightAt('weights.bin', 4))
    const context = { control: { signal: new Int32Array(2), report: () => undefined, checkpoint: () => Promise.resolve() }, pool: () => { throw new Error('An import needs no pool') } }
    const first = join(folder, 'imported')
    await taskTable['network.import']({ file: source, folder: first }, context)
    expect(readFileSync(join(first, sourceWeightsFolder, 'weights.bin'))).toEqual(readFileSync(join(folder, 'weights.bin')))
    // What lay beside the original is gone; the model alone is kept by the services.
    const alone = join(folder, 'alone')
    mkdirSync(alone)
    writeFileSync(join(alone, 'source.onnx'), readFileSync(source))
    const second = join(folder, 'chosen')
    const report = await taskTable['network.import']({ file: join(alone, 'source.onnx'), folder: second, name: 'again', choice: { output: 'z' }, weightsFolder: join(first, sourceWeightsFolder) }, context)
    expect(report).toMatchObject({ name: 'again', output: { name: 'z' }, choices: { outputs: [{ name: 'y' }, { name: 'z' }] } })
    expect(readFileSync(join(second, sourceWeightsFolder, 'weights.bin'))).toEqual(readFileSync(join(folder, 'weights.bin')))
    expect((await problemOf(taskTable['network.import']({ file: join(alone, 'source.onnx'), folder: second, weightsFolder: join(folder, 'nothing') }, context))).code).toBe('MODEL_EXTERNAL_DATA')
  })
})
