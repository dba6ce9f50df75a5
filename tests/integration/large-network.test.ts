/**
 * A network with more than 2 GB of weights, which no single protobuf message holds: imported, compared with the file, stored, opened and
 * simulated. It needs 12 GB of memory and some minutes, so that it runs only when asked: ACIM_LARGE=1 npx vitest run large-network
 */
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { datasetOf } from '../../src-main/engine/data/synthetic-dataset'
import { writeModelWithOffsets } from '../../src-main/engine/onnx/codec'
import type { ExternalPlace } from '../../src-main/engine/onnx/codec-tensor'
import { workingOpset, type Model } from '../../src-main/engine/onnx/graph'
import { GraphBuilder } from '../../src-main/engine/onnx/graph-builder'
import { importNetwork } from '../../src-main/engine/onnx/import'
import { openNetwork, saveNetwork } from '../../src-main/engine/onnx/network-store'
import { sampleInput } from '../../src-main/engine/onnx/sample-input'
import { floatTensor } from '../../src-main/engine/onnx/session'
import { Evaluator } from '../../src-main/engine/simulate/evaluator'
import { inlinePool } from '../../src-main/engine/workers/pool'
import { newSignal } from '../../src-main/engine/workers/signal'

/** Three matrices of 822 MB: 2.47 GB together. */
const width = 14336
const layers = 3
const classes = 10
const matrixBytes = width * width * 4

/** x → three products → the first ten of the last. Each row of a matrix has one weight at a place of its own: a permutation, scaled, and a file with holes. */
function writeLarge(folder: string): string {
  const builder = new GraphBuilder('large')
  let value = builder.input({ name: 'x', type: 'float32', shape: ['N', width] })
  const places = new Map<string, ExternalPlace>()
  const weights = openSync(join(folder, 'large.weights'), 'w')
  ftruncateSync(weights, layers * matrixBytes)
  for (let layer = 0; layer < layers; layer++) {
    for (let row = 0; row < width; row++) {
      const column = (row * 5 + layer) % width
      writeSync(weights, new Uint8Array(Float32Array.of(((row % 7) - 3) / 4 + 0.1).buffer), 0, 4, layer * matrixBytes + (row * width + column) * 4)
    }
    places.set(`w${layer}`, { location: 'large.weights', offset: layer * matrixBytes, length: matrixBytes })
    // The contents are stored outside: an empty array stands for them.
    builder.initializer(`w${layer}`, { type: 'other', onnxType: 1, dims: [width, width], raw: new Uint8Array(0) })
    value = builder.node('MatMul', [value, `w${layer}`])
  }
  builder.node('Slice', [value, builder.ints([0]), builder.ints([classes]), builder.ints([1])], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', classes] })
  closeSync(weights)
  const model: Model = { irVersion: 8, producer: 'test', opsets: new Map([['', workingOpset]]), graph: builder.build(), metadata: new Map(), functions: [] }
  const file = join(folder, 'large.onnx')
  writeFileSync(file, writeModelWithOffsets(model, places).bytes)
  return file
}

/** Largest size of the process so far, and of the JavaScript heap now, in MB. */
function sizes(): string {
  const peak = Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1000
  const { heapUsed, rss } = process.memoryUsage()
  return `peak ${peak.toFixed(0)} MB, now ${(rss / 1e6).toFixed(0)} MB, JavaScript heap ${(heapUsed / 1e6).toFixed(0)} MB`
}

describe.skipIf(process.env['ACIM_LARGE'] === undefined)('a network of 2.47 GB', () => {
  it('is imported, stored, opened and simulated, outside of the JavaScript heap', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'acim-large-'))
    const started = performance.now()
    const tell = (what: string): void => console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s, ${sizes()}`)
    try {
      const file = writeLarge(folder)
      tell('written')
      await saveNetwork(join(folder, 'network'), await importNetwork(file, { workFolder: folder }))
      tell('imported and stored')
      expect(statSync(join(folder, 'network', 'network.weights')).size).toBe(layers * matrixBytes)
      const network = await openNetwork(join(folder, 'network'))
      expect(network.report).toMatchObject({ analogLayers: layers, parameters: layers * width * width, batch: 'free' })
      expect(process.memoryUsage().heapUsed).toBeLessThan(200e6)
      tell('opened')

      const images = 4
      const pixels = sampleInput([width], 0, images).data
      const dataset = datasetOf([1, 1, width], pixels, [0, 1, 2, 3])
      const range = { first: 0, count: images }
      const evaluator = new Evaluator({ network, dataset, preprocessing: { divisor: 1, mean: [0], std: [1] }, batch: images, calibrationRange: range, pool: inlinePool(), signal: newSignal() })
      const session = await ort.InferenceSession.create(file)
      const { y } = await session.run({ x: floatTensor({ dims: [images, width], data: pixels }) })
      await session.release()
      const scores = y!.data as Float32Array
      const predicted = Array.from({ length: images }, (_, i) => scores.subarray(i * classes, (i + 1) * classes)).map((each) => each.indexOf(Math.max(...each)))
      const correct = predicted.filter((prediction, i) => prediction === i).length / images
      const ideal = await evaluator.noisy(hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0 } }), range, 1, 1)
      expect(ideal.top1.mean).toBe(correct)
      tell('simulated without noise')
      const noisy = await evaluator.noisy(hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0.1 } }), range, 1, 1)
      expect(noisy.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(images)
      tell('simulated with noise')
      expect(process.memoryUsage().heapUsed).toBeLessThan(200e6)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 3_600_000)
})
