/**
 * An imported network on disk: `network.onnx` (the imported model, with `network.weights` where it is large) and `network.json` (shapes, interface, report). Both are
 * written under a temporary name and renamed, `network.json` last, so that a folder with one is whole.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { networkReportSchema, type Histogram, type LayerWeights } from '@shared/network'
import { fail, parseOrFail } from '@shared/problems'
import { analogLayers } from './classify'
import { readModel, writeModel, writeModelWithOffsets } from './codec'
import type { ExternalPlace } from './codec-tensor'
import { openExternalFiles } from './external-data'
import type { FloatTensor, Model, Tensor } from './graph'
import { withGraph } from './graph-queries'
import type { Network } from './network'
import { fixedShapes, freeShapes, type Probe } from './probe'
import { largestInlineBytes, splitModel } from './split-model'

const modelFile = 'network.onnx'
/** Weights of a network that is too large for one file. */
const weightsFile = 'network.weights'
const descriptionFile = 'network.json'

const shapeSchema = z.record(z.string(), z.array(z.int().min(0)))
const storedSchema = z.strictObject({
  schemaVersion: z.literal(1),
  input: z.object({ name: z.string(), shape: z.array(z.int()) }),
  output: z.object({ name: z.string(), classes: z.int() }),
  batch: z.union([z.literal('free'), z.int().min(1)]),
  /** Shapes at batch sizes 1 and 2; for a network tied to a batch size, at that size only. */
  shapes: z.array(shapeSchema).min(1).max(2),
  report: networkReportSchema
})

/** Names of all values whose shape is worth storing: constants carry theirs. */
function valueNames(model: Model): string[] {
  return [...model.graph.inputs.map((input) => input.name), ...model.graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== ''))]
}

/** Writes the network into `folder`, which is made if missing. */
export async function saveNetwork(folder: string, network: Network): Promise<void> {
  await mkdir(folder, { recursive: true })
  const batches = network.batch === 'free' ? [1, 2] : [network.batch]
  const shapes = batches.map((batch) => {
    const known: [string, number[]][] = []
    for (const name of valueNames(network.model)) {
      const shape = network.shapes.shape(name, batch)
      if (shape !== undefined) known.push([name, [...shape]])
    }
    return Object.fromEntries(known)
  })
  const stored: z.input<typeof storedSchema> = {
    schemaVersion: 1, input: { name: network.input.name, shape: [...network.input.shape] }, output: network.output, batch: network.batch, shapes, report: network.report
  }
  await writeModelFiles(folder, network.model)
  await writeFileAtomic(join(folder, descriptionFile), JSON.stringify(stored))
}

/** The model as one file or, where that would be too large, with its weights in a second one. */
export async function writeModelFiles(folder: string, model: Model, inlineBytes = largestInlineBytes): Promise<void> {
  const { parts, offsets } = splitModel(model, inlineBytes)
  const places = new Map<string, ExternalPlace>()
  if (parts.length > 0) {
    const starts: number[] = []
    const unfinished = join(folder, `${weightsFile}.unfinished`)
    const file = await open(unfinished, 'w')
    try {
      let position = 0
      for (const { data } of parts) {
        starts.push(position)
        for (let done = 0; done < data.length; done += largestWriteBytes) await file.write(data, done, Math.min(largestWriteBytes, data.length - done), position + done)
        position += data.length
      }
    } finally {
      await file.close()
    }
    await rename(unfinished, join(folder, weightsFile))
    for (const [name, { part, length }] of offsets) if (part !== null) places.set(name, { location: weightsFile, offset: starts[part]!, length })
  }
  await writeFileAtomic(join(folder, modelFile), Buffer.from(writeModelWithOffsets(model, places).bytes))
}

/** Systems write less than 2 GiB at a time. */
const largestWriteBytes = 2 ** 28

/** Opens what {@link saveNetwork} wrote. Problems FILE_NOT_FOUND and MODEL_INVALID. */
export async function openNetwork(folder: string): Promise<Network> {
  const where = `${basename(folder)}/${descriptionFile}`
  const read = async (name: string): Promise<Buffer> => {
    try {
      return await readFile(join(folder, name))
    } catch {
      fail('FILE_NOT_FOUND', `${basename(folder)}/${name}`, 'The imported network is incomplete: this file is missing.', 'Import the network again.')
    }
  }
  const text = (await read(descriptionFile)).toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    fail('MODEL_INVALID', where, 'The file is not JSON.', 'Import the network again.')
  }
  const stored = parseOrFail(storedSchema, json, 'MODEL_INVALID', where)
  const model = readModel(await read(modelFile), { where: `${basename(folder)}/${modelFile}`, external: openExternalFiles(folder, basename(folder)).read })
  const probes = stored.shapes.map((shapes): Probe => {
    const known = new Map<string, { dims: readonly number[]; type: string }>()
    for (const [name, dims] of Object.entries(shapes)) known.set(name, { dims, type: '' })
    for (const [name, tensor] of model.graph.initializers) known.set(name, { dims: tensor.dims, type: tensor.type })
    return known
  })
  const shapes = stored.batch === 'free' ? freeShapes(probes[0]!, probes[1] ?? new Map()) : fixedShapes(probes[0]!, stored.batch)
  return { model, input: stored.input, output: stored.output, batch: stored.batch, shapes, report: stored.report }
}

export const exportProducer = 'Analog CIM Studio'

/** The network's model with other weights, by name of the initialiser, each of the same length. */
export function withWeights(model: Model, weights: ReadonlyMap<string, Float32Array>): Model {
  const initializers = new Map<string, Tensor>(model.graph.initializers)
  for (const [name, data] of weights) {
    const tensor = initializers.get(name)
    if (tensor?.type !== 'float32' || tensor.data.length !== data.length) throw new Error(`“${name}” is no float32 initialiser of ${data.length} values`)
    initializers.set(name, { ...tensor, data })
  }
  return withGraph(model, { initializers })
}

/** ONNX bytes of the network with other weights; standard operators only, for any ONNX runtime. */
export function exportModel(network: Network, weights: ReadonlyMap<string, Float32Array>): Uint8Array {
  return writeModel({ ...withWeights(network.model, weights), producer: exportProducer })
}

const histogramBins = 60

function minimumMaximum(data: Float32Array): [number, number] {
  let minimum = Infinity
  let maximum = -Infinity
  for (const value of data) {
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  return minimum <= maximum ? [minimum, maximum] : [0, 0]
}

function histogram(data: Float32Array): Histogram {
  const [minimum, maximum] = minimumMaximum(data)
  const counts = new Array<number>(histogramBins).fill(0)
  const scale = maximum > minimum ? histogramBins / (maximum - minimum) : 0
  for (const value of data) {
    const bin = Math.min(histogramBins - 1, Math.floor((value - minimum) * scale))
    if (bin >= 0) counts[bin]!++
  }
  return { minimum, maximum, counts }
}

/** Half of the span of the values: the scale `half-range` of physics.md §2. */
function halfRange(data: Float32Array): number {
  const [minimum, maximum] = minimumMaximum(data)
  return (maximum - minimum) / 2
}

/** Histograms of an analog layer's weights and bias. `node` is the node's name; an unknown one is REQUEST_INVALID. */
export function layerWeights(network: Network, node: string): LayerWeights {
  const layer = analogLayers(network).find((candidate) => candidate.node === node)
  if (layer === undefined) fail('REQUEST_INVALID', 'node', `“${node}” is no analog layer of this network.`)
  const floats = (name: string): Float32Array => (network.model.graph.initializers.get(name) as FloatTensor).data
  const weights = floats(layer.weight.name)
  const bias = layer.bias === null ? null : floats(layer.bias.name)
  return {
    node, weights: histogram(weights), bias: bias === null ? null : histogram(bias),
    weightHalfRange: halfRange(weights), biasHalfRange: bias === null ? null : halfRange(bias)
  }
}
