/** From an analog program to the training graph that worker threads run: weights become inputs, gradients outputs. */
import type { Loss } from '../autodiff/loss'
import { withoutDeadNodes } from '../autodiff/prune'
import { buildTrainingGraph, lossValue, type TrainingGraph } from '../autodiff/training-graph'
import { compileAnalog, mappedLayers, parameterValues } from '../analog/compile'
import type { Calibration, LearntRange } from '../analog/program'
import type { StoredParameter } from '../analog/scales'
import { blockedDomain, blockedLayout } from '../onnx/blocked-layout'
import { writeModel } from '../onnx/codec'
import type { Hardware } from '@shared/hardware'
import type { Provider } from '@shared/providers'
import type { Graph } from '../onnx/graph'
import { withGraph } from '../onnx/graph-queries'
import type { Network } from '../onnx/network'
import { freeShapes, probe } from '../onnx/probe'
import { sharedBytes } from '../workers/shared-memory'
import type { SharedTrainingGraph } from './gradient'

export interface TrainingProgram {
  graph: SharedTrainingGraph
  /** The model of the forward part alone, serialised. */
  lossBytes(): Uint8Array
  parameters: readonly StoredParameter[]
  /** Ranges of converters that are trained; slots count them behind the parameters. */
  ranges: readonly LearntRange[]
  layerNames: readonly string[]
}

export interface TrainingProgramOptions {
  /** The mean cross-entropy unless said. */
  loss?: Loss
  /** Layers of which nothing is trained. */
  frozenLayers?: readonly string[]
  /** Which converter ranges of the other layers are trained. */
  learntRanges?: Readonly<Record<LearntRange['kind'], boolean>>
  /** What will compute the graph: only the CPU has the runtime's blocked layout. */
  provider: Provider
}

/**
 * Compiles `network` for `hardware` (see training-hardware.ts) with quantisers in the loop and differentiates the loss of a batch of
 * `batch` images. Frozen layers are perturbed like all others, but have no gradient. Problem: GRADIENT_UNSUPPORTED names an operator without a gradient rule.
 */
export async function trainingProgram(
  network: Network,
  hardware: Hardware,
  calibration: Calibration,
  batch: number,
  id: string,
  { loss = { kind: 'cross-entropy' }, frozenLayers = [], learntRanges = { dac: false, adc: false }, provider }: TrainingProgramOptions
): Promise<TrainingProgram> {
  const program = compileAnalog(network, hardware, calibration, {
    differentiable: true, learns: (layer, kind) => learntRanges[kind] && !frozenLayers.includes(layer)
  })
  const ranges = program.learntRanges
  // The analog program has values that the network has not (partial sums, codes), so its shapes are probed anew.
  const { input, report } = network
  const shapes =
    program.model === network.model
      ? network.shapes
      : freeShapes(await probe(program.model, input.shape, 1, report.name), await probe(program.model, input.shape, 2, report.name))
  const frozen = frozenParameters(network, frozenLayers)
  const isFrozen = (parameter: number): boolean => frozen.has(program.parameters[parameter]?.name ?? '')
  const [still, trained] = [program.slots.filter(({ parameter }) => isFrozen(parameter)), program.slots.filter(({ parameter }) => !isFrozen(parameter))]
  const blockSize = provider === 'cpu' ? await blockedLayout() : null
  const training = buildTrainingGraph({
    graph: program.model.graph,
    logits: program.output,
    parameters: [...trained, ...ranges].map(({ initializer }) => initializer),
    freeParameters: still.map(({ initializer }) => initializer),
    input: program.input,
    batch,
    shape: (value) => shapes.shape(value, batch),
    loss,
    provider,
    blockSize
  })
  const model = blockSize === null ? program.model : { ...program.model, opsets: new Map([...program.model.opsets, [blockedDomain, 1]]) }
  const weightSlots = program.slots.flatMap(({ initializer, parameter, component, pack }) => {
    const gradient = isFrozen(parameter) ? null : training.gradients.get(initializer)
    const tensor = program.model.graph.initializers.get(initializer)
    // A parameter that the loss does not depend on has no gradient and stays a constant.
    return gradient === undefined || tensor === undefined ? [] : [{ input: initializer, dims: tensor.dims, parameter, nominal: component.kind === 'nominal', pack, gradient }]
  })
  const rangeSlots = ranges.map(({ initializer }, index) => ({
    input: initializer, dims: [], parameter: program.parameters.length + index, nominal: false, pack: null, gradient: training.gradients.get(initializer) ?? null
  }))
  return {
    lossBytes: () => sharedBytes(writeModel({ ...model, graph: forwardPart(training) })),
    graph: {
      use: 'training',
      id,
      bytes: sharedBytes(writeModel({ ...model, graph: training.graph })),
      image: { input: program.input, shape: network.input.shape },
      labels: training.labels,
      teacher: training.teacher === null ? null : { input: training.teacher, ...teacherOf(network, loss, `${id}:teacher`) },
      loss: training.loss,
      slots: [...weightSlots, ...rangeSlots]
    },
    parameters: program.parameters,
    ranges,
    layerNames: program.layerNames
  }
}

/** What training changes, as it is to begin with: the parameters, behind them the step of each learnt range. */
export const initialValues = (network: Network, { parameters, ranges }: Pick<TrainingProgram, 'parameters' | 'ranges'>): Float32Array[] => [
  ...parameterValues(network.model.graph, parameters), ...ranges.map(({ step }) => Float32Array.of(step))
]

function forwardPart({ graph, loss }: TrainingGraph): Graph {
  return withoutDeadNodes({ ...graph, outputs: graph.outputs.filter(({ name }) => name === loss) })
}

/** Names of the weights and biases of layers; what several layers share is frozen with any of them. */
export function frozenParameters(network: Network, layers: readonly string[]): ReadonlySet<string> {
  const wanted = new Set(layers)
  return new Set(mappedLayers(network).flatMap(({ layer }) => (wanted.has(layer.node) ? [layer.weight.name, ...(layer.bias === null ? [] : [layer.bias.name])] : [])))
}

/** The same program without its gradients. */
export const lossOnly = ({ graph, lossBytes }: TrainingProgram): SharedTrainingGraph => ({
  ...graph, use: 'loss', id: `${graph.id}:loss`, bytes: lossBytes(), slots: graph.slots.map((slot) => ({ ...slot, gradient: null }))
})

/** The digital network, giving the values that the loss is taken of. */
function teacherOf({ model, output, shapes }: Network, loss: Loss, id: string): { id: string; bytes: Uint8Array; output: string } {
  const value = lossValue(model.graph, output.name, loss, (name) => shapes.shape(name, 1))
  return { id, bytes: sharedBytes(writeModel(withGraph(model, { outputs: [{ name: value, type: 'float32', shape: null }] }))), output: value }
}
