import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readModel } from './codec'
import { rawBytes } from './codec-tensor'
import { openExternalFiles } from './external-data'
import { elementCount, workingOpset, type Model, type NumericTensor } from './graph'
import { GraphBuilder } from './graph-builder'
import { writeModelFiles } from './network-store'
import { sampleInput } from './sample-input'
import { createSession, floatTensor, runSession } from './session'
import { joinModel, splitModel, type SerializedModel } from './split-model'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'acim-split-test-')) })
afterAll(() => rmSync(folder, { recursive: true }))

const floats = (dims: number[], seed: number): NumericTensor => ({ type: 'float32', dims, data: sampleInput([elementCount(dims)], seed, 1).data })
const model = ((): Model => {
  const builder = new GraphBuilder('split')
  builder.input({ name: 'x', type: 'float32', shape: ['N', 40] })
  builder.node('Gemm', [builder.node('MatMul', ['x', builder.constant('w', floats([40, 50], 1))]), builder.constant('v', floats([50, 30], 2)), builder.constant('b', floats([30], 3))], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', 30] })
  return { irVersion: 8, producer: 'test', opsets: new Map([['', workingOpset]]), graph: builder.build(), metadata: new Map(), functions: [] }
})()
async function outputOf(source: SerializedModel | Model): Promise<unknown> {
  const session = await createSession(source)
  const outputs = await runSession(session, { x: floatTensor(sampleInput([40], 0, 3)) })
  await session.release()
  return outputs['y']!.data
}

describe('a model in parts', () => {
  it('is one message up to the limit, and gives large initialisers apart above it', () => {
    expect(splitModel(model).parts).toEqual([])
    const { bytes, parts, offsets } = splitModel(model, 1000)
    expect(parts.map(({ data }) => data.length)).toEqual([8000, 6000])
    expect(bytes.length).toBeLessThan(1000)
    for (const [name, tensor] of model.graph.initializers) {
      const { part, offset, length } = offsets.get(name)!
      expect((part === null ? bytes : parts[part]!.data).slice(offset, offset + length)).toEqual(rawBytes(tensor))
    }
  })
  it('computes the same, also with parts in shared memory', async () => {
    const whole = await outputOf(model)
    const split = splitModel(model, 1000)
    expect(await outputOf(split)).toEqual(whole)
    const shared = split.parts.map(({ path, data }) => {
      const copy = new Uint8Array(new SharedArrayBuffer(data.length))
      copy.set(data)
      return { path, data: copy }
    })
    expect(await outputOf({ bytes: split.bytes, parts: shared })).toEqual(whole)
  })
  it('becomes the model again', () => {
    expect(joinModel(splitModel(model, 1000))).toEqual(model)
  })
  it('is stored as two files, which any runtime reads', async () => {
    await writeModelFiles(folder, model, 1000)
    expect(readdirSync(folder).sort()).toEqual(['network.onnx', 'network.weights'])
    expect(readModel(readFileSync(join(folder, 'network.onnx')), { external: openExternalFiles(folder, 'test').read })).toEqual(model)
    const session = await ort.InferenceSession.create(join(folder, 'network.onnx'))
    const { y } = await session.run({ x: floatTensor(sampleInput([40], 0, 3)) })
    expect(y!.data).toEqual(await outputOf(model))
    await session.release()
  })
})
