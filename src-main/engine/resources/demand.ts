/**
 * Memory of a run before it starts. Factors are counted copies; the two that were measured are named as such. Compared with what runs
 * really took in docs/decisions/0023.
 */
import { hardwareInForce, layerHardware, type Hardware } from '@shared/hardware'
import { mappedLayers, networkParameters } from '../analog/compile'
import { layerTiles } from '../analog/network-tiles'
import type { Network } from '../onnx/network'
import { largestInlineBytes } from '../onnx/split-model'
import { allValuesPerImage, bytesPerImage, livePeakPerImage } from './activations'
import { calibratedBytesPerImage, digitizedArrays } from './calibration'
import { largestComparison } from './comparison'
import { automaticBatch, calibrationBatch, peakBytes, type Demand } from './plan'

/** Measured: the engine process with its libraries, and a worker thread with its own, before any network. */
const processBytes = 130e6
const workerThreadBytes = 40e6
/** Measured: ONNX Runtime's arena grows in steps and keeps what it has, and convolutions need room to work in. */
const arenaFactor = 1.5
const bytesPerElement = 4
/** Layer outputs of both networks; attribution takes fewer images at a time beyond it. */
const largestComparisonBytes = 2 * bytesPerElement * largestComparison

/** Bytes of all weights, and of those alone that lie on arrays. */
function weightBytes(network: Network): { all: number; analog: number } {
  const analog = networkParameters(mappedLayers(network)).reduce((sum, { length }) => sum + length, 0)
  return { all: network.report.parameters * bytesPerElement, analog: analog * bytesPerElement }
}

/** A network that is held beside the one that is being computed: its weights, and their nominal values while it has its turn. */
export const heldNetworkBytes = (network: Network): number => 2 * weightBytes(network).all

interface ProgramSize {
  /** Bytes of the program's initialisers. */
  program: number
  /** Bytes of cells while a chip is programmed. */
  cells: number
  /** Bytes per image of partial sums by node. */
  partialSums: Map<string, number>
}

/** What slices, sides and tiles make of the network's weights and outputs. */
function programSize(network: Network, hardware: Hardware): ProgramSize {
  const layers = mappedLayers(network)
  const names = layers.map(({ layer }) => layer.node)
  const size: ProgramSize = { program: weightBytes(network).all, cells: 0, partialSums: new Map() }
  layers.forEach(({ layer, layout }, index) => {
    const own = layerHardware(hardware, names, index)
    if (own === 'digital') return
    const force = hardwareInForce(own)
    const tiles = layerTiles(layer.node, layout, own)
    const weights = layout.groups * layout.rows * layout.columns * bytesPerElement
    // Without an ADC partial sums are added in the product itself.
    const arrays = force.adc === null && !force.readNoise ? 1 : digitizedArrays(tiles, own)
    const noise = force.readNoise ? 2 : 1
    size.program += weights * (arrays * noise - 1)
    // Goals and programmed cells, or weights as they come out and their deviates; differences, sums in double precision; and what of them is not collected yet (measured).
    size.cells += weights * (force.conductance === null ? 3 : 2 * tiles.slices * tiles.cellsPerValue + 10)
    const sums = force.adc === null && !force.readNoise ? 0 : tiles.rowTiles * arrays * noise
    const outputs = network.model.graph.nodes.find(({ name }) => name === layer.node)?.outputs[0] ?? ''
    const shape = network.shapes.shape(outputs, network.batch === 'free' ? 1 : network.batch) ?? []
    const perImage = shape.reduce((product, dim) => product * dim, 1) / (network.batch === 'free' ? 1 : network.batch)
    // A partial sum is a float and then a code of a byte.
    size.partialSums.set(layer.node, sums * perImage * (bytesPerElement + 1))
  })
  return size
}

interface SimulationOptions {
  tasks: number
  batch: number
  datasetBytes: number
  /** Values in which each chip instance is compared with the digital network, which then is a second session beside it; none: it is not. */
  compared: readonly string[]
}

/** Copies of a program in a worker: in the JavaScript heap, in the runtime, and laid out for its kernels. Of one in parts there were two (measured, docs/decisions/0030). */
const copiesInWorker = (bytes: number): number => (bytes > largestInlineBytes ? 2 : 3)

/** A serialised model and its shared copy; of one in parts (docs/decisions/0030) only what is not in shared memory already is copied. */
const writtenBytes = (bytes: number, alreadyShared: number): number => (bytes > largestInlineBytes ? bytes - alreadyShared : 2 * bytes)

/** Copies of what calibration looks at besides that in the runtime: in the JavaScript heap, and those of the runs before, which are not collected yet (measured). */
const calibratedCopies = 3

/** A simulation: every worker has a program of its own, and where outputs are compared the digital network too. Before, one worker calibrates converters. */
export function simulationDemand(network: Network, hardware: Hardware, options: SimulationOptions): Demand {
  const { program, cells, partialSums } = programSize(network, hardware)
  const { all, analog } = weightBytes(network)
  const perImage = livePeakPerImage(network, partialSums)
  const calibrated = calibratedBytesPerImage(network, hardware)
  const digital = options.compared.length === 0 ? null : {
    bytes: all,
    // What the digital network keeps is there while the chip computes, and the compared values of both are outputs that live to the end.
    perImage: livePeakPerImage(network, new Map()),
    outputs: 2 * options.compared.reduce((sum, value) => sum + bytesPerImage(network, value), 0)
  }
  return {
    tasks: options.tasks,
    batch: network.batch === 'free' ? options.batch : network.batch,
    batchIsFixed: network.batch !== 'free',
    // The network, the nominal values, the written program and its shared copy; the same two of the digital network. A program in parts shares the nominal values.
    fixedBytes: processBytes + options.datasetBytes + 2 * all + writtenBytes(program, analog) + writtenBytes(digital?.bytes ?? 0, 0),
    workerBytes: (batch) =>
      workerThreadBytes + copiesInWorker(program) * program + cells + arenaFactor * perImage * batch +
      (digital === null ? 0 : copiesInWorker(digital.bytes) * digital.bytes + arenaFactor * digital.perImage * batch + Math.min(digital.outputs * batch, largestComparisonBytes)),
    betweenBytes: (workers, batch) =>
      workers * workerThreadBytes + copiesInWorker(program) * program + (arenaFactor + calibratedCopies) * calibrated * (network.batch === 'free' ? Math.min(batch, calibrationBatch) : batch)
  }
}

/**
 * Fine-tuning: weights, velocities, best weights, perturbed weights and their sum of gradients; per worker a part. Between the steps accuracies are measured
 * as in a simulation, with the sessions of training closed. A teacher is one more session of the digital network.
 * @param hardware What is simulated between the steps; null: nothing.
 */
export function finetuneDemand(network: Network, hardware: Hardware | null, options: { tasks: number; partImages: number; teacher: boolean; datasetBytes: number }): Demand {
  const { all } = weightBytes(network)
  const { tasks, datasetBytes } = options
  const teacher = options.teacher ? { shared: all, worker: (batch: number) => copiesInWorker(all) * all + arenaFactor * livePeakPerImage(network, new Map()) * batch } : null
  const stateBytes = 5 * all
  const fixedBytes = processBytes + datasetBytes + stateBytes + (2 + 3) * all + (teacher?.shared ?? 0)
  const compared = network.output.classes === 0 ? [network.output.name] : []
  const evaluation = hardware === null ? null : simulationDemand(network, hardware, { tasks, batch: automaticBatch(network.report.macs), datasetBytes, compared })
  return {
    tasks,
    batch: options.partImages,
    batchIsFixed: true,
    fixedBytes,
    // Weights as they are fed, gradients as they come out and as they are kept, the products of single kernel positions before they
    // are joined; what is left of a program that validated, whose memory the next gradient mostly takes over.
    workerBytes: (batch) => workerThreadBytes + (5 + 1) * all + arenaFactor * allValuesPerImage(network) * batch + (teacher?.worker(batch) ?? 0),
    betweenBytes: (workers) => (evaluation === null ? 0 : stateBytes + peakBytes(evaluation, workers, evaluation.batch) - fixedBytes)
  }
}
