import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { datasetOf } from '../data/synthetic-dataset'
import { writeModel } from '../onnx/codec'
import { GraphBuilder } from '../onnx/graph-builder'
import { importNetwork } from '../onnx/import'
import { fillNormal, RandomStream } from '../random/streams'
import { inlinePool } from '../workers/pool'
import { newSignal } from '../workers/signal'
import { Evaluator } from './evaluator'

const images = 11

/** A constant of three rows, added to the scores, ties this network to three images a run. */
it('a network tied to a batch counts each image once, tiled or not', async () => {
  const builder = new GraphBuilder('tied')
  builder.input({ name: 'x', type: 'float32', shape: [3, 2, 4, 4] })
  const values = (dims: number[], seed: number): string => {
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1))
    fillNormal(data, { seed, purpose: 'synthetic' })
    return builder.constant('w', { type: 'float32', dims, data })
  }
  const features = builder.node('Flatten', [builder.node('Conv', ['x', values([5, 2, 3, 3], 1)], { kernel_shape: [3, 3] })], { axis: 1 })
  const scores = builder.node('MatMul', [features, values([20, 3], 2)])
  builder.node('Add', [scores, builder.constant('rows', { type: 'float32', dims: [3, 3], data: new Float32Array(9).fill(0.1) })], {}, { output: 'logits' })
  builder.output({ name: 'logits', type: 'float32', shape: [3, 3] })
  const folder = await mkdtemp(join(tmpdir(), 'acim-tied-'))
  try {
    const file = join(folder, 'tied.onnx')
    await writeFile(file, writeModel({ irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }))
    const network = await importNetwork(file)
    const stream = new RandomStream({ seed: 1, purpose: 'synthetic' })
    const dataset = datasetOf([2, 4, 4], Uint8Array.from({ length: images * 32 }, () => stream.below(256)), Array.from({ length: images }, () => stream.below(3)))
    const range = { first: 0, count: images }
    const evaluator = new Evaluator({ network, dataset, preprocessing: { divisor: 255, mean: [0.5], std: [0.5] }, batch: 4, calibrationRange: range, pool: inlinePool(), signal: newSignal() })
    expect(network.batch).toBe(3)
    const digital = await evaluator.digital(range)
    expect(digital.images).toBe(images)
    // 16-bit converters on tiles of 4 rows: the same predictions, unless two scores lie within 1e-4 of each other.
    const hardware = hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0 }, array: { rows: 4 }, dac: { inputBits: 16 }, adc: { outputBits: 16 } })
    expect((await evaluator.noisy(hardware, range, 1, 1)).confusion).toEqual(digital.confusion)
  } finally {
    await rm(folder, { recursive: true })
  }
})
