/** The networks of the benchmarks, in the size in which they are timed: they import with all their layers on arrays, and hardware without an effect computes what plain ONNX Runtime does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import type { Provider } from '@shared/providers'
import { benchmarkNetworks } from '../../benchmarks/networks'
import { parameterValues } from '../../src-main/engine/analog/compile'
import { trainingProgram } from '../../src-main/engine/finetune/training-program'
import { blockedDomain, blockedLayout } from '../../src-main/engine/onnx/blocked-layout'
import { readModel, writeModel } from '../../src-main/engine/onnx/codec'
import type { Model } from '../../src-main/engine/onnx/graph'
import { importNetwork } from '../../src-main/engine/onnx/import'
import { sampleInput } from '../../src-main/engine/onnx/sample-input'
import { createSession, floatTensor, runFloat, runSession } from '../../src-main/engine/onnx/session'
import { runOnChip } from '../../src-main/engine/testing/layer-on-chip'

/** So many that linear layers have enough rows for the blocked layout. */
const images = 8
const inputShape = [3, 32, 32]
/** Relative to the largest magnitude: float32 sums in another order after folding stay below 1e-5. */
const outputTolerance = 1e-4
/** ‖difference‖ / ‖gradient‖ of a parameter: float32 sums in another order, forwards and backwards through up to 53 layers. */
const gradientTolerance = 1e-4

/**
 * Layers on arrays; parameters counted by hand from the papers' tables, a normalisation folded into the layer before it leaving one bias a channel; million multiply–accumulates an image.
 * WRN-16-4: table 4 of arXiv:1605.07146 has 2.8 M. ResNet-20: table 6 of arXiv:1512.03385 has 0.27 M. MobileNetV2 with ten classes has 2 236 682 with the normalisations of 17 056 channels.
 * The transformer: 6 blocks of 12·192² weights, 9·192 biases and 4·192 for normalisations, patches 49·192, positions 64·192, last normalisation 2·192, classes 10·193.
 */
const expected: Record<string, { parameters: number; millionMacs: number; layers: number }> = {
  'wrn-16-4': { parameters: 2_749_770, millionMacs: 393, layers: 17 },
  'resnet-20': { parameters: 269_034, millionMacs: 41, layers: 20 },
  'mobilenet-v2': { parameters: 2_236_682 - 17_056, millionMacs: 88, layers: 53 },
  'vit-6': { parameters: 6 * (12 * 192 ** 2 + 13 * 192) + 49 * 192 + 64 * 192 + 2 * 192 + 10 * 193, millionMacs: 180, layers: 26 }
}

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'acim-benchmark-networks-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(benchmarkNetworks)('$name', ({ key, build }) => {
  const opened = async (model = build()) => {
    const file = join(folder, `${key}.onnx`)
    await writeFile(file, writeModel(model))
    return importNetwork(file)
  }

  it('imports with all its layers on arrays', async () => {
    const { report } = await opened()
    expect({ parameters: report.parameters, millionMacs: Math.round(report.macs / 1e6), layers: report.analogLayers }).toEqual(expected[key])
  })

  it('gives the outputs of plain ONNX Runtime on hardware without an effect', async () => {
    const network = await opened()
    const input = sampleInput(inputShape, 0, images)
    const session = await createSession(writeModel(build()))
    const plain = (await runFloat(session, { image: input }))['logits']!.data
    await session.release()
    const onHardware = await runOnChip(network, hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0 } }), input, { seed: 1, chipInstance: 0 })
    const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const difference = plain.reduce((most, value, i) => Math.max(most, Math.abs(value - onHardware[i]!)), 0)
    expect(largest).toBeGreaterThan(0)
    expect(difference / largest).toBeLessThan(outputTolerance)
  })

  it('can be fine-tuned in all its layers', async () => {
    const { graph, parameters } = await trainingProgram(await opened(), hardwareSchema.parse({}), new Map(), images, key, { provider: 'cpu' })
    expect(new Set(graph.slots.map(({ parameter }) => parameter)).size).toBe(parameters.length)
  })

  it('has the same gradient in the blocked layout of the CPU as in the usual one', async () => {
    const network = await opened(withoutKinks(build()))
    const gradientsOf = async (provider: Provider): Promise<{ gradients: Float32Array[]; names: string[]; blockedNodes: number }> => {
      const { graph, parameters } = await trainingProgram(network, hardwareSchema.parse({}), new Map(), images, key, { provider })
      const weights = parameterValues(network.model.graph, parameters)
      const session = await createSession(new Uint8Array(graph.bytes))
      const results = await runSession(session, {
        [graph.image.input]: floatTensor(sampleInput(inputShape, 0, images)),
        [graph.labels!]: new ort.Tensor('int64', BigInt64Array.from({ length: images }, (_, image) => BigInt(image)), [images]),
        ...Object.fromEntries(graph.slots.map(({ input, dims, parameter }) => {
          const values = weights[parameter]!
          // The biases of these networks are 0.
          return [input, new ort.Tensor('float32', values.every((value) => value === 0) ? values.map((_, i) => 0.1 * Math.cos(i)) : values, dims)]
        }))
      })
      await session.release()
      return {
        gradients: graph.slots.map(({ gradient }) => (results[gradient!] as ort.Tensor).data as Float32Array),
        names: graph.slots.map(({ parameter }) => parameters[parameter]!.name),
        blockedNodes: readModel(new Uint8Array(graph.bytes)).graph.nodes.filter(({ domain }) => domain === blockedDomain).length
      }
    }
    const [usual, blocked] = [await gradientsOf('cuda'), await gradientsOf('cpu')]
    expect(usual.blockedNodes).toBe(0)
    if ((await blockedLayout()) !== null) expect(blocked.blockedNodes).toBeGreaterThan(0)
    usual.gradients.forEach((gradient, slot) => expect(relativeDistance(blocked.gradients[slot]!, gradient), usual.names[slot]).toBeLessThan(gradientTolerance))
  })
})

/** With Softplus in place of Relu and Clip: the gradient of those jumps where rounding moves an input across a kink. */
const withoutKinks = (model: Model): Model => ({
  ...model,
  graph: { ...model.graph, nodes: model.graph.nodes.map((node) => (node.opType === 'Relu' || node.opType === 'Clip' ? { ...node, opType: 'Softplus', inputs: node.inputs.slice(0, 1), attributes: new Map() } : node)) }
})

/** ‖a − b‖ / ‖b‖ */
function relativeDistance(a: Float32Array, b: Float32Array): number {
  const squares = (value: (index: number) => number): number => b.reduce((sum, _, index) => sum + value(index) ** 2, 0)
  return Math.sqrt(squares((index) => a[index]! - b[index]!) / squares((index) => b[index]!))
}
