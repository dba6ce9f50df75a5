/**
 * Accuracy of a network on hardware: prepares programs, calibrates converters and spreads chip instances over the
 * pool. Simulation and fine-tuning both measure with it, so that the same settings always mean the same number.
 */
import type { ImageRange, Preprocessing } from '@shared/dataset'
import type { Hardware } from '@shared/hardware'
import { fail } from '@shared/problems'
import { activeEffects } from '@shared/effects'
import type { ConverterCalibration } from '@shared/calibration'
import type { DigitalResult, FidelityPoint, FidelityTrial, SimulationPoint, Trial } from '@shared/simulation'
import type { SweepValue } from '@shared/simulation'
import { compileAnalog, mappedLayers, needsCalibration, needsInputRangesFirst, networkParameters, parameterValues, storedInAnalog } from '../analog/compile'
import type { Calibration } from '../analog/program'
import type { Dataset } from '../data/dataset'
import { inputLayout } from '../data/preprocess'
import { blockedLayout } from '../onnx/blocked-layout'
import { requireAnalogLayer, requireClassifier } from '../onnx/classify'
import type { Graph, Model, Node } from '../onnx/graph'
import type { Network } from '../onnx/network'
import { splitModel, type SerializedModel } from '../onnx/split-model'
import { valuesOf, type CalibratedConverter } from '../workers/calibrate'
import type { SharedProgram } from '../workers/chip-bytes'
import { toTrial } from '../workers/compute'
import { automaticBatch, calibrationBatch } from '../resources/plan'
import { forEachInPool, threadsFor, type ComputePool } from '../workers/pool'
import { sharedFloats, sharedModel } from '../workers/shared-memory'
import type { SharedSignal } from '../workers/signal'
import type { ClassifierIo, ImageSource } from './classify-images'
import { describeConverters } from './describe-converters'
import { fidelityOf } from './fidelity'
import { shareProgram } from './share-program'
import { accuracyStatistics } from './statistics'

export interface EvaluatorOptions {
  network: Network
  dataset: Dataset
  preprocessing: Preprocessing
  /** Images per run of the network; 0 leaves it to the size of the network. */
  batch: number
  /** Images that calibrate converters; `hardware.calibrationImages` of them at most are used. */
  calibrationRange: ImageRange
  pool: ComputePool
  signal: SharedSignal
  /** Any output will do, and labels are not looked at: only what an output differs by is measured. */
  anyOutput?: boolean
}

/** A program on its way to the worker threads, with the nominal weights beside it. */
export interface PreparedProgram {
  shared: SharedProgram
  values: Float32Array[]
  converters: ConverterCalibration[]
  /** Images that set the ranges. */
  calibratedOn: ImageRange
}

export class Evaluator {
  readonly io: ClassifierIo

  constructor(private readonly options: EvaluatorOptions) {
    const { network } = options
    const batch = options.batch === 0 ? automaticBatch(network.report.macs) : options.batch
    this.io = options.anyOutput === true ? anyOutputIo(network, batch) : classifierIo(network, batch)
    if (options.anyOutput !== true) checkLabels(options.dataset, this.io.classes)
  }

  source(range: ImageRange): ImageSource {
    const { dataset, preprocessing, network } = this.options
    return { dataset, range, preprocessing, layout: inputLayout(dataset.summary.shape, network.input.shape) }
  }

  /** Accuracy of the network as it is, or of another serialised model with the same input and output. */
  async digital(range: ImageRange, model: SerializedModel = splitModel(this.options.network.model)): Promise<DigitalResult> {
    const { pool, signal } = this.options
    const program: SharedProgram = { model: sharedModel(model), slots: [], parameters: [], stored: [], layerNames: [], noise: null }
    const outcome = await pool.run({ kind: 'classify', program, io: this.io, source: this.source(range), signal, values: null, chip: null, threads: threadsFor(pool, 1) })
    const { top1, top5, images, confusion, seconds } = outcome
    return { top1, top5, images, confusion, seconds, imagesPerSecond: images / seconds }
  }

  /** Compiles the network for `hardware`, calibrating converters first where there are any. */
  async prepare(hardware: Hardware, network: Network = this.options.network): Promise<PreparedProgram> {
    const calibrated = await this.lookAtConverters(hardware, network)
    const program = compileAnalog(network, hardware, rangesOf(calibrated), { blockSize: await blockedLayout(), chipFollows: true })
    const stored = new Set(storedInAnalog(program.parameters, program.layerNames, hardware).map(({ name }) => name))
    const values = parameterValues(network.model.graph, program.parameters).map(sharedFloats)
    return {
      shared: shareProgram(program, stored, values),
      values,
      converters: describeConverters(program.converters, new Map(calibrated.map((converter) => [converter.id, converter]))),
      calibratedOn: this.calibrationImages(hardware)
    }
  }

  /** Ranges of all converters. */
  async calibrate(hardware: Hardware, network: Network = this.options.network): Promise<Calibration> {
    return rangesOf(await this.lookAtConverters(hardware, network))
  }

  /** What the calibration images bring to every converter, in the noise-free network. */
  private async lookAtConverters(hardware: Hardware, network: Network): Promise<CalibratedConverter[]> {
    // Compiling names a description that does not fit; a network without converters needs no more.
    if (!needsCalibration(network, hardware)) return []
    const first = await this.probe(hardware, network, new Map())
    if (!needsInputRangesFirst(network, hardware)) return first
    const inputs = first.filter(({ id }) => id.startsWith('dac:'))
    return [...inputs, ...(await this.probe(hardware, network, rangesOf(inputs)))]
  }

  private async probe(hardware: Hardware, network: Network, known: Calibration): Promise<CalibratedConverter[]> {
    const { pool, signal } = this.options
    const probe = compileAnalog(network, hardware, { known, probing: true }, { blockSize: await blockedLayout() })
    if (probe.points.length === 0) return []
    const values = valuesOf(probe.points)
    const exposed: Model = { ...probe.model, graph: { ...probe.model.graph, outputs: values.map((name) => ({ name, type: 'float32', shape: null })) } }
    return pool.run({
      kind: 'calibrate',
      model: sharedModel(splitModel(exposed)),
      points: [...probe.points],
      io: { ...this.io, batch: this.io.batchIsFixed ? this.io.batch : Math.min(this.io.batch, calibrationBatch) },
      source: this.source(this.calibrationImages(hardware)),
      threads: threadsFor(pool, 1),
      signal
    })
  }

  private calibrationImages({ calibrationImages }: Hardware): ImageRange {
    const { first, count } = this.options.calibrationRange
    return { first, count: Math.min(count, calibrationImages) }
  }

  /** Runs the given chip instances; `onTrial` gets each as it ends, in no particular order. */
  async trials(prepared: PreparedProgram, options: NoisyOptions, onTrial: (trial: Trial) => Promise<void>): Promise<void> {
    const { pool, signal } = this.options
    const source = this.source(options.range)
    const threads = threadsFor(pool, options.instances.length)
    await forEachInPool(pool, options.instances.length, async (index) => {
      const chipInstance = options.instances[index]!
      const outcome = await pool.run({
        kind: 'classify',
        program: prepared.shared,
        io: this.io,
        source,
        signal,
        values: prepared.values,
        threads,
        chip: { hardware: options.hardware, seed: options.seed, chipInstance }
      })
      await onTrial(toTrial(options.point, chipInstance, outcome))
    })
  }

  /** Compares the network's output on the given chip instances with that of the digital network, which is computed beside each. */
  async fidelities(prepared: PreparedProgram, options: NoisyOptions, onTrial: (trial: FidelityTrial) => Promise<void>): Promise<void> {
    const { pool, signal, network } = this.options
    const value = network.output.name
    const digital = sharedModel(splitModel(network.model))
    const source = this.source(options.range)
    const threads = threadsFor(pool, options.instances.length)
    await forEachInPool(pool, options.instances.length, async (index) => {
      const chipInstance = options.instances[index]!
      const { layers: [energy], seconds } = await pool.run({
        kind: 'compare-layers', program: prepared.shared, io: this.io, source, signal, values: prepared.values, threads, digital,
        layers: [{ layer: value, value }], chip: { hardware: options.hardware, seed: options.seed, chipInstance }
      })
      await onTrial({ point: options.point, chipInstance, signal: energy?.signal ?? null, noise: energy?.noise ?? null, seconds })
    })
  }

  /** {@link fidelities} of `chipInstances` chip instances of a network, counted from `firstChip` on, in their order; `onPrepared` gets the program first. */
  async fidelityTrials(
    hardware: Hardware, range: ImageRange, seed: number, chipInstances: number, network?: Network, firstChip = 0, onPrepared?: (prepared: PreparedProgram) => Promise<void>
  ): Promise<FidelityTrial[]> {
    const prepared = await this.prepare(hardware, network)
    await onPrepared?.(prepared)
    const trials: FidelityTrial[] = []
    await this.fidelities(prepared, { hardware, range, seed, point: 0, instances: chipsFrom(firstChip, chipInstances) }, async (trial) => void trials.push(trial))
    return inOrder(trials)
  }

  /** `chipInstances` chip instances, counted from `firstChip` on, and their statistics; `onPrepared` gets the program first. */
  async noisy(
    hardware: Hardware, range: ImageRange, seed: number, chipInstances: number, network?: Network, firstChip = 0, onPrepared?: (prepared: PreparedProgram) => Promise<void>
  ): Promise<SimulationPoint> {
    const prepared = await this.prepare(hardware, network)
    await onPrepared?.(prepared)
    const trials: Trial[] = []
    await this.trials(prepared, { hardware, range, seed, point: 0, instances: chipsFrom(firstChip, chipInstances) }, async (trial) => void trials.push(trial))
    return summarizePoint(null, hardware, trials, range.count)
  }
}

const rangesOf = (seen: readonly CalibratedConverter[]): Calibration => new Map(seen.map(({ id, range }) => [id, range]))

export interface NoisyOptions {
  hardware: Hardware
  range: ImageRange
  seed: number
  point: number
  instances: readonly number[]
}

const chipsFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i)

const inOrder = <T extends { chipInstance: number }>(trials: readonly T[]): T[] => [...trials].sort((a, b) => a.chipInstance - b.chipInstance)

/** What a point says whatever it measures. */
function pointBase(value: SweepValue | null, hardware: Hardware, trials: readonly { seconds: number }[], images: number) {
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0)
  return {
    value,
    sigma: hardware.device.kind === 'weight-referred' ? hardware.device.sigma : null,
    mu: hardware.device.kind === 'weight-referred' ? hardware.device.mu : null,
    chipInstances: trials.length,
    activeEffects: activeEffects(hardware),
    seconds,
    imagesPerSecond: (images * trials.length) / seconds
  }
}

/** Statistics over the chip instances of one point of a network without classes. */
export function summarizeFidelity(value: SweepValue | null, hardware: Hardware, trials: readonly FidelityTrial[], images: number): FidelityPoint {
  return { ...pointBase(value, hardware, trials, images), fidelity: fidelityOf(inOrder(trials)) }
}

/** Statistics over the chip instances of one point. */
export function summarizePoint(value: SweepValue | null, hardware: Hardware, trials: readonly Trial[], images: number): SimulationPoint {
  const ordered = inOrder(trials)
  const first = ordered[0]
  if (first === undefined) throw new Error('A point without trials')
  return {
    ...pointBase(value, hardware, ordered, images),
    top1: accuracyStatistics(ordered.map(({ top1 }) => top1)),
    top5: accuracyStatistics(ordered.map(({ top5 }) => top5)),
    loss: accuracyStatistics(ordered.map(({ loss }) => loss)),
    confusion: first.confusion.map((row, i) => row.map((_, j) => ordered.reduce((sum, trial) => sum + trial.confusion[i]![j]!, 0)))
  }
}

/** How a classifier is fed and read. Problems: MODEL_OUTPUT_UNSUPPORTED, MODEL_NO_ANALOG_LAYER. */
export function classifierIo(network: Network, batch: number): ClassifierIo {
  requireClassifier(network)
  return networkIo(network, batch)
}

/** The same for a network whose output may be any float32 tensor. Problem: MODEL_NO_ANALOG_LAYER. */
function anyOutputIo(network: Network, batch: number): ClassifierIo {
  requireAnalogLayer(network)
  return networkIo(network, batch)
}

/** How a network is fed and read; `classes` is 0 for one without. */
function networkIo(network: Network, batch: number): ClassifierIo {
  return {
    input: network.input.name,
    inputShape: network.input.shape,
    output: network.output.name,
    classes: network.output.classes,
    probabilities: producerOf(network.model.graph, network.output.name)?.opType === 'Softmax',
    batch: network.batch === 'free' ? batch : network.batch,
    batchIsFixed: network.batch !== 'free'
  }
}

/** The node that computes `value`, seen through nodes that only reshape. */
function producerOf(graph: Graph, value: string): Node | undefined {
  const node = graph.nodes.find((candidate) => candidate.outputs.includes(value))
  return node !== undefined && ['Identity', 'Flatten', 'Reshape', 'Squeeze'].includes(node.opType) ? producerOf(graph, node.inputs[0] ?? '') : node
}

function checkLabels(dataset: Dataset, classes: number): void {
  const used = dataset.summary.classCounts.findLastIndex((count) => count > 0) + 1
  if (used > classes) {
    fail('DATA_MISMATCH', dataset.summary.name, `The data has labels up to class ${used - 1}, the network has ${classes} outputs (classes 0 … ${classes - 1}).`)
  }
}

/** The same network with other weights (arrays in the order of {@link networkParameters}). */
export function withValues(network: Network, values: readonly Float32Array[]): Network {
  const initializers = new Map(network.model.graph.initializers)
  networkParameters(mappedLayers(network)).forEach(({ name }, p) => {
    const tensor = initializers.get(name)
    if (tensor?.type !== 'float32') throw new Error(`${name} is not a float32 initialiser`)
    initializers.set(name, { ...tensor, data: new Float32Array(values[p]!) })
  })
  return { ...network, model: { ...network.model, graph: { ...network.model.graph, initializers } } }
}
