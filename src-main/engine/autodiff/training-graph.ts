/** From a network to the graph of one training step: the loss of a batch and its gradient with respect to the parameters. */
import type { Provider } from '@shared/providers'
import { elementCount, intAttribute, type Graph, type Node, type ValueInfo } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import { allNames } from '../onnx/graph-queries'
import { reshape, sameKnownShape } from './broadcast'
import { meanSquareError, mixed, relativeSquareError, softenedDivergence, softmaxCrossEntropy, type Loss, type LossNodes } from './loss'
import { withBlockedConvolutions } from './blocked-convolutions'
import { withFusedGelu } from './fuse-gelu'
import { withFusedSums } from './fuse-sums'
import { withoutDeadNodes } from './prune'
import { differentiate } from './tape'

export interface TrainingGraphOptions {
  /** The network, or an analog program of it. Not changed. */
  graph: Graph
  /** The output that the loss is taken of. For the cross-entropy one score per class, [batch, classes]; trailing dimensions of 1 are allowed. */
  logits: string
  /** float32 initialisers that become graph inputs and get a gradient. */
  parameters: readonly string[]
  /** Initialisers that become graph inputs and are constants to the gradient: scales, the weights of frozen noisy layers. */
  freeParameters?: readonly string[]
  /** The image input. */
  input: string
  /** Images per step; the graph is tied to it. */
  batch: number
  /** Shape of every value of `graph` for a batch of `batch` images (initialisers are known without it). */
  shape(value: string): readonly number[] | undefined
  loss: Loss
  /** What will compute the graph; the CPU unless said. */
  provider?: Provider
  /** Channels of a block of the runtime's blocked layout on this processor (onnx/blocked-layout.ts); null leaves convolutions as they are. */
  blockSize?: number | null
}

export interface TrainingGraph {
  /** Inputs: image input, labels, teacher, parameters, free parameters. Outputs: loss, logits, the gradients. */
  graph: Graph
  /** Input of true classes, int64 [batch]; null where the loss does not ask for them. */
  labels: string | null
  /** Input of the teacher's scores, or of target outputs: float32 in the shape of {@link logits}; null where the loss does not ask for them. */
  teacher: string | null
  /** Scalar: mean loss over the batch, in nats; or the square error. */
  loss: string
  /** The values that the loss is taken of; for the cross-entropy of a network that ends with Softmax or LogSoftmax, that node's input. */
  logits: string
  /** By parameter, the name of its gradient, in the parameter's shape. */
  gradients: ReadonlyMap<string, string>
}

/**
 * Builds the training graph. A network that ends with Softmax or LogSoftmax over the classes has its loss taken of that
 * node's input: log softmax(log softmax(z)) = log softmax(z), and probabilities are their own network's softmax(z).
 * Square errors are taken of the output as it is.
 * A parameter that the loss does not depend on gets a gradient of zeros. Needs operator set ≥ 20 of the default domain.
 * Problem GRADIENT_UNSUPPORTED: an operator between a parameter and the loss has no gradient.
 */
export function buildTrainingGraph(options: TrainingGraphOptions): TrainingGraph {
  const { batch, parameters, provider = 'cpu', blockSize = null } = options
  const free = new Set([...parameters, ...(options.freeParameters ?? [])])
  const graph = withFusedGelu(options.graph, { shape: (value) => options.shape(value), free })
  const builder = new GraphBuilder(`${graph.name}_training`, undefined, allNames(graph))
  const shape = (value: string): readonly number[] | undefined => options.shape(value) ?? graph.initializers.get(value)?.dims

  const logits = lossValue(graph, options.logits, options.loss, shape)
  const logitShape = shape(logits)
  if (logitShape === undefined) throw new Error(`The shape of the logits “${logits}” is not known`)

  builder.input(imageInput(options))
  const { kind } = options.loss
  const labels = isOfOutputs(options.loss) ? null : builder.input({ name: builder.fresh('labels'), type: 'int64', shape: [batch] })
  const teacher = kind === 'cross-entropy' ? null : builder.input({ name: builder.fresh('teacher'), type: 'float32', shape: logitShape })
  for (const name of free) builder.input(parameterInput(graph, name))
  for (const [name, tensor] of graph.initializers) if (!free.has(name)) builder.initializer(name, tensor)
  for (const node of graph.nodes) builder.append(node)
  const { loss, gradient: seed } = lossNodes(builder, options.loss, { logits, shape: logitShape, labels: labels ?? '', teacher: teacher ?? '' }, batch)

  // The loss nodes are in the builder by now; they are skipped because the seeds say where to start.
  const { gradients: found, shapes } = differentiate({ builder, seeds: new Map([[logits, seed]]), parameters, shape, provider, blockSize })
  const gradients = nameGradients(builder, graph, found)
  builder.output({ name: loss, type: 'float32', shape: [] })
  builder.output({ name: logits, type: 'float32', shape: logitShape })
  for (const [parameter, name] of gradients) builder.output({ name, type: 'float32', shape: graph.initializers.get(parameter)?.dims ?? null })
  const shapeOf = (value: string): readonly number[] | undefined => shape(value) ?? shapes.get(value)
  const broadcastsNothing = ({ inputs, outputs: [sum = ''] }: Node): boolean => inputs.every((input) => sameKnownShape(shapeOf(input), shapeOf(sum)))
  const fused = withFusedSums(withoutDeadNodes(builder.build()), broadcastsNothing)
  const training = blockSize === null ? fused : withoutDeadNodes(withBlockedConvolutions(fused, { blockSize, shape: shapeOf }))
  return { graph: training, labels, teacher, loss, logits, gradients }
}

/** The loss of values of any allowed shape, and its gradient in that shape. */
function lossNodes(builder: GraphBuilder, loss: Loss, value: { logits: string; shape: readonly number[]; labels: string; teacher: string }, batch: number): LossNodes {
  const { logits, shape, labels, teacher } = value
  if (loss.kind === 'mean-square-error') return meanSquareError(builder, logits, teacher, elementCount(shape))
  if (loss.kind === 'relative-square-error') return relativeSquareError(builder, logits, teacher, elementCount(shape))
  const classes = classesOf(logits, shape, batch)
  const flat = (scores: string): string => reshape(builder, scores, shape, [batch, classes])
  const scores = flat(logits)
  const ofLabels = softmaxCrossEntropy(builder, scores, labels, batch, classes)
  const nodes = loss.kind === 'cross-entropy' ? ofLabels : mixed(builder, ofLabels, softenedDivergence(builder, scores, flat(teacher), batch, loss.temperature), loss.weight)
  return { loss: nodes.loss, gradient: reshape(builder, nodes.gradient, [batch, classes], shape) }
}

function imageInput({ graph, input, batch, shape }: TrainingGraphOptions): ValueInfo {
  const declared = graph.inputs.find((candidate) => candidate.name === input)
  if (declared === undefined) throw new Error(`The graph has no input “${input}”`)
  const known = shape(input) ?? (declared.shape === null ? undefined : [batch, ...declared.shape.slice(1)])
  if (known === undefined || known.some((dim) => typeof dim !== 'number')) throw new Error(`The shape of the input “${input}” is not known`)
  return { name: input, type: declared.type, shape: known }
}

function parameterInput(graph: Graph, name: string): ValueInfo {
  const tensor = graph.initializers.get(name)
  if (tensor === undefined || tensor.type !== 'float32') throw new Error(`“${name}” is not a float32 initialiser of the graph`)
  return { name, type: tensor.type, shape: tensor.dims }
}

/** The loss compares outputs, whatever they are, and asks for no classes. */
const isOfOutputs = ({ kind }: Loss): boolean => kind === 'mean-square-error' || kind === 'relative-square-error'

/** The value that `loss` is taken of: the output, for classes before a closing softmax. */
export function lossValue(graph: Graph, output: string, loss: Loss, shape: (value: string) => readonly number[] | undefined): string {
  return isOfOutputs(loss) ? output : beforeSoftmax(graph, output, shape)
}

/** The value that a closing softmax over the classes reads, else the value itself. */
function beforeSoftmax(graph: Graph, output: string, shape: (value: string) => readonly number[] | undefined): string {
  const last = producerThroughIdentity(graph, output)
  if (last === undefined || (last.opType !== 'Softmax' && last.opType !== 'LogSoftmax')) return output
  const input = last.inputs[0] ?? ''
  const rank = shape(input)?.length ?? shape(output)?.length ?? 2
  const axis = intAttribute(last, 'axis', -1)
  return axis === 1 || axis === 1 - rank ? input : output
}

function producerThroughIdentity(graph: Graph, value: string): Node | undefined {
  const node = graph.nodes.find((candidate) => candidate.outputs.includes(value))
  return node?.opType === 'Identity' ? producerThroughIdentity(graph, node.inputs[0] ?? '') : node
}

function classesOf(logits: string, shape: readonly number[], batch: number): number {
  const [first, classes, ...rest] = shape
  if (first !== batch || classes === undefined || rest.some((dim) => dim !== 1)) {
    throw new Error(`The logits “${logits}” have the shape [${shape.join(', ')}], not [${batch}, classes]`)
  }
  return classes
}

/** One distinct output per parameter; zeros where the loss does not depend on it. */
function nameGradients(builder: GraphBuilder, graph: Graph, found: ReadonlyMap<string, string | undefined>): ReadonlyMap<string, string> {
  const gradients = new Map<string, string>()
  for (const [parameter, gradient] of found) {
    const output = builder.fresh(`${parameter}_gradient`)
    const dims = graph.initializers.get(parameter)?.dims ?? []
    if (gradient === undefined) builder.node('Expand', [builder.scalar(0), builder.ints(dims)], {}, { output })
    else builder.node('Identity', [gradient], {}, { output })
    gradients.set(parameter, output)
  }
  return gradients
}
