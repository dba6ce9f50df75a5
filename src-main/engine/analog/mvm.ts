/**
 * One matrix through one analog layer: y = Wx as chip instances compute it. The layer is compiled, calibrated, programmed
 * and run by the same functions as the layers of a network, so that its numbers are those of a simulation.
 */
import type * as ort from 'onnxruntime-node'
import type { ConverterCalibration } from '@shared/calibration'
import { activeEffects, type ActiveEffect } from '@shared/effects'
import { layerHardware, type Hardware } from '@shared/hardware'
import type { TileCount } from '@shared/network'
import { fail } from '@shared/problems'
import type { Dataset } from '../data/dataset'
import type { Network } from '../onnx/network'
import { createSession, runSession } from '../onnx/session'
import { splitModel, type SerializedModel } from '../onnx/split-model'
import { feedsOf, type ImageSource } from '../simulate/classify-images'
import { Evaluator, type PreparedProgram } from '../simulate/evaluator'
import { programmedModel, type ChipName } from '../workers/chip-bytes'
import { inlinePool } from '../workers/pool'
import { newSignal } from '../workers/signal'
import { productNetwork, type Matrix } from './mvm-network'
import { networkTiles } from './network-tiles'

export type { Matrix } from './mvm-network'

export interface MatrixProductOptions {
  /** [outputs, inputs] */
  weights: Matrix
  /** [vectors, inputs] */
  inputs: Matrix
  /** [vectors, inputs] that set calibrated converter ranges, all of them; `inputs` themselves unless given. */
  calibration?: Matrix
  hardware: Hardware
  /** The product stands for the layer of this name: the sections that the description has for it hold. */
  layer?: string
  seed: number
  chipInstances: readonly number[]
}

export interface ChipProduct {
  chipInstance: number
  /** [vectors, outputs], row-major. */
  values: Float32Array
  error: ProductError
}

/** Deviation from the digital product, over all vectors and outputs. */
export interface ProductError {
  /** √(Σ(y − ŷ)²/Σŷ²); null where the digital product is zero throughout. */
  relativeRms: number | null
  /** Largest |y − ŷ|, in the unit of the outputs. */
  maximum: number
  /** The same over the largest |ŷ|; null where the digital product is zero throughout. */
  relativeMaximum: number | null
}

export interface MatrixProduct {
  /** Product of ONNX Runtime in single precision, [vectors, outputs]: what ideal hardware gives to the last bit. */
  ideal: Float32Array
  chips: ChipProduct[]
  /** What held for the layer. */
  hardware: Hardware
  activeEffects: ActiveEffect[]
  tiles: TileCount
  converters: ConverterCalibration[]
}

const defaultLayer = 'product'
/** Vectors in one run of the layer. */
const vectorsPerRun = 256

/**
 * Computes the product on each chip instance. Values must be finite and shapes must fit.
 * Problems: HARDWARE_INVALID, ARGUMENT_INVALID where `layer` is kept digital or a product
 * overflows.
 */
export async function matrixProduct(options: MatrixProductOptions): Promise<MatrixProduct> {
  const { weights, inputs, calibration = inputs, seed } = options
  const name = options.layer ?? defaultLayer
  const hardware = hardwareOf(options.hardware, options.layer)
  const network = productNetwork(weights, name)
  const source = vectorSource(inputs)
  const prepared = await prepare(network, hardware, calibration)
  const ideal = await run(network, splitModel(network.model), source, null, null)
  requireFinite(ideal, 'The digital product')
  const chips: ChipProduct[] = []
  for (const chipInstance of options.chipInstances) {
    const chip: ChipName = { hardware, seed, chipInstance }
    const values = await run(network, programmedModel(prepared.shared, prepared.values, chip), source, prepared, chip)
    requireFinite(values, `The product on chip instance ${chipInstance}`)
    chips.push({ chipInstance, values, error: productError(values, ideal) })
  }
  return { ideal, chips, hardware, activeEffects: activeEffects(hardware), tiles: networkTiles(network, hardware)[0]!, converters: prepared.converters }
}

/** Matrices are finite, so that what is not comes from sums beyond single precision. */
function requireFinite(values: Float32Array, what: string): void {
  if (!values.every(Number.isFinite)) fail('ARGUMENT_INVALID', 'weights', `${what} is beyond single precision (3.4e38): no error can be given.`, 'Scale weights or inputs down.')
}

/** What holds for one layer by itself: it is neither the first nor the last of a network. */
function hardwareOf(hardware: Hardware, layer: string | undefined): Hardware {
  const alone: Hardware = { ...hardware, digitalLayers: { first: false, last: false } }
  if (layer === undefined) return { ...alone, layers: {} }
  if (hardware.layers[layer] === undefined) {
    const known = Object.keys(hardware.layers)
    fail('ARGUMENT_INVALID', 'layer', `The description says nothing of a layer “${layer}”${known.length === 0 ? '' : `; it has ${known.slice(0, 5).join(', ')}${known.length > 5 ? ` and ${known.length - 5} more` : ''}`}.`, 'Leave the name out, or correct it.')
  }
  const own = layerHardware(alone, [layer], 0)
  if (own === 'digital') fail('ARGUMENT_INVALID', 'layer', `The description keeps the layer “${layer}” digital: nothing is computed on arrays.`, 'Name another layer, or none.')
  return { ...own, layers: {} }
}

/** Compiled and calibrated as every network is. */
async function prepare(network: Network, hardware: Hardware, calibration: Matrix): Promise<PreparedProgram> {
  const pool = inlinePool()
  const { dataset, range, preprocessing } = vectorSource(calibration)
  const evaluator = new Evaluator({ network, dataset, preprocessing, batch: vectorsPerRun, calibrationRange: range, pool, signal: newSignal() })
  try {
    return await evaluator.prepare({ ...hardware, calibrationImages: calibration.rows })
  } finally {
    await pool.close()
  }
}

/** Vectors in place of images: one channel for each input, neither scaled nor shifted, without labels. */
function vectorSource({ rows, columns, values }: Matrix): ImageSource {
  const dataset: Dataset = {
    pixels: values,
    labels: new Int32Array(rows),
    summary: {
      name: 'vectors', format: 'npy', shape: [1, 1, columns], elementType: 'float32', count: rows, classNames: [], classCounts: [], sourceSplits: null,
      channelMean: [], channelStd: [], divisor: 1, sha256: '', notes: []
    }
  }
  return { dataset, range: { first: 0, count: rows }, preprocessing: { divisor: 1, mean: [0], std: [1] }, layout: 'channels-first' }
}

/** Puts all vectors through a program; `prepared` and `chip` name the noise of its reads. */
async function run(network: Network, model: SerializedModel, source: ImageSource, prepared: PreparedProgram | null, chip: ChipName | null): Promise<Float32Array> {
  const { count } = source.range
  const outputs = network.output.classes
  const io = { input: network.input.name, inputShape: network.input.shape, output: network.output.name, classes: outputs, probabilities: false, batch: vectorsPerRun, batchIsFixed: false }
  const noise = prepared?.shared.noise == null || chip === null ? null : { ...prepared.shared.noise, seed: chip.seed, chipInstance: chip.chipInstance }
  const result = new Float32Array(count * outputs)
  const session: ort.InferenceSession = await createSession(model)
  try {
    for (let first = 0; first < count; first += vectorsPerRun) {
      const indices = Int32Array.from({ length: Math.min(vectorsPerRun, count - first) }, (_, i) => first + i)
      const found = await runSession(session, feedsOf(io, source, indices, noise))
      result.set(found[io.output]!.data as Float32Array, first * outputs)
    }
  } finally {
    await session.release()
  }
  return result
}

/** Deviation of `values` from `ideal`, in double precision. */
export function productError(values: Float32Array, ideal: Float32Array): ProductError {
  let squares = 0
  let reference = 0
  let maximum = 0
  let largest = 0
  for (let i = 0; i < ideal.length; i++) {
    const difference = values[i]! - ideal[i]!
    squares += difference * difference
    reference += ideal[i]! * ideal[i]!
    maximum = Math.max(maximum, Math.abs(difference))
    largest = Math.max(largest, Math.abs(ideal[i]!))
  }
  return { relativeRms: reference === 0 ? null : Math.sqrt(squares / reference), maximum, relativeMaximum: largest === 0 ? null : maximum / largest }
}

/** How the error of several chip instances divides into what all of them share and what differs from one to the next. */
export interface ErrorShares {
  /** Root mean square of the mean deviation, over that of the digital product. */
  systematicRms: number
  /** Root mean square of the sample standard deviation over chip instances, over that of the digital product. */
  randomRms: number
}

/** Null for fewer than two chip instances, or where the digital product is zero throughout. */
export function errorShares({ chips, ideal }: Pick<MatrixProduct, 'chips' | 'ideal'>): ErrorShares | null {
  const count = chips.length
  const reference = ideal.reduce((sum, value) => sum + value * value, 0)
  if (count < 2 || reference === 0) return null
  let systematic = 0
  let random = 0
  for (let i = 0; i < ideal.length; i++) {
    let sum = 0
    for (const { values } of chips) sum += values[i]! - ideal[i]!
    const mean = sum / count
    let squares = 0
    for (const { values } of chips) squares += (values[i]! - ideal[i]! - mean) ** 2
    systematic += mean * mean
    random += squares / (count - 1)
  }
  return { systematicRms: Math.sqrt(systematic / reference), randomRms: Math.sqrt(random / reference) }
}
