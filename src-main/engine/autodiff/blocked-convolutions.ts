/**
 * Convolutions in ONNX Runtime's blocked layout (NCHWc): where a block of channels lies together, the runtime convolves without collecting patches first. By itself it does so only
 * where weights are constants; in training they are inputs.
 *
 * A blocked value [N, C, H, W] has its elements in the order [N, C/b, H, W, b] and keeps the shape; kernels [O, I, h, w] lie as [O/b, I/b, h, w, b of I, b of O]. What is
 * computed of every element by itself stays blocked between convolutions; everything else reads the value in the usual order, made where it is first asked for.
 */
import { elementCount, intAttribute, runtimeDomain, type AttributeValue, type Graph, type Node } from '../onnx/graph'
import { blockedDomain } from '../onnx/blocked-layout'
import { GraphBuilder } from '../onnx/graph-builder'
import { allNames, nodeUses, onlyReaders, producersOf } from '../onnx/graph-queries'
import { sameKnownShape } from './broadcast'
import { weightMirroredIn } from './mirrored-kernels'

export interface BlockedLayoutOptions {
  /** Channels of a block, b. */
  blockSize: number
  /** Shape of a value, where known. Convolutions of values without one stay as they are. */
  shape(value: string): readonly number[] | undefined
}

type Shape = readonly number[]

/** Functions of each element by itself. Networks compute in float32 only (onnx/passes/single-precision.ts), so what they make of a convolution is float32. */
const elementwise = new Set([
  'Abs', 'Add', 'Clip', 'Div', 'Elu', 'Erf', 'Exp', 'HardSigmoid', 'HardSwish', 'LeakyRelu', 'Max', 'Min', 'Mul', 'Neg', 'Reciprocal', 'Relu', 'Selu', 'Sigmoid', 'Softplus', 'Sqrt', 'Sub', 'Tanh'
])
const comparisons = new Set(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'])
const toChannelsLast = [0, 2, 3, 1]
const float32 = 1

/** The graph with its two-dimensional convolutions blocked where their channels fill whole blocks. Inputs, outputs and their names stay. */
export function withBlockedConvolutions(graph: Graph, options: BlockedLayoutOptions): Graph {
  const rewriting = new Rewriting(graph, options)
  for (const node of graph.nodes) rewriting.take(node)
  return rewriting.finish()
}

class Rewriting {
  private readonly builder: GraphBuilder
  private readonly blockSize: number
  /** Names of values in blocked order, by the value's own name. */
  private readonly blocked = new Map<string, string>()
  /** Values that exist in blocked order only, so far. */
  private readonly onlyBlocked = new Set<string>()
  private readonly shapes = new Map<string, Shape>()
  private readonly kernels = new Map<string, string>()
  /** By value, the node that alone reads it. */
  private readonly onlyReaders: ReadonlyMap<string, Node>
  private readonly producers: ReadonlyMap<string, Node>
  private readonly done = new Set<Node>()

  constructor(private readonly graph: Graph, private readonly options: BlockedLayoutOptions) {
    this.builder = new GraphBuilder(graph.name, { ...graph, nodes: [], outputs: [] }, allNames(graph))
    this.blockSize = options.blockSize
    for (const { name } of graph.nodes) this.builder.reserveNode(name)
    this.onlyReaders = onlyReaders(graph)
    this.producers = producersOf(graph)
  }

  take(node: Node): void {
    if (this.done.has(node)) return
    this.inferShape(node)
    if (this.blockable(node)) this.convolution(node)
    else if (isReorderInput(node)) this.reorderInput(node)
    else if (this.staysBlocked(node)) this.setBlocked(node.outputs[0]!, this.builder.node(node.opType, node.inputs.map((input) => (this.isSmall(input) ? input : this.inBlocks(input))), attributesOf(node)))
    else if (movesChannelsLast(node) && this.onlyBlocked.has(node.inputs[0]!)) this.reorderOutput(node.inputs[0]!, node.outputs[0]!, { channels_last: 1 })
    else {
      for (const value of nodeUses(node)) this.inOrder(value)
      this.builder.append(node)
    }
  }

  finish(): Graph {
    for (const output of this.graph.outputs) {
      this.inOrder(output.name)
      this.builder.output(output)
    }
    return this.builder.build()
  }

  private shapeOf(value: string): Shape | undefined {
    return this.shapes.get(value) ?? this.options.shape(value) ?? this.graph.initializers.get(value)?.dims
  }

  /** Rules of gradients leave values between their own nodes of which nobody has told the shape. */
  private inferShape({ opType, domain, inputs, outputs }: Node): void {
    const [output = ''] = outputs
    if (domain !== '' || !(elementwise.has(opType) || comparisons.has(opType) || opType === 'Cast') || this.shapeOf(output) !== undefined) return
    const known = inputs.map((input) => this.shapeOf(input)).filter((shape) => shape === undefined || elementCount(shape) !== 1)
    const [first] = known
    if (first !== undefined && known.every((shape) => sameKnownShape(shape, first))) this.shapes.set(output, first)
  }

  /** Absent, or one number for all elements. */
  private isSmall(input: string): boolean {
    if (input === '') return true
    const shape = this.shapeOf(input)
    return shape !== undefined && elementCount(shape) === 1
  }

  private staysBlocked(node: Node): boolean {
    const { opType, domain, inputs, outputs } = node
    if (domain !== '' || outputs.length !== 1 || !(elementwise.has(opType) || isMask(node) || (comparisons.has(opType) && this.onlyMasks(outputs[0]!)))) return false
    const shape = this.shapeOf(outputs[0]!)
    const operands = inputs.filter((input) => !this.isSmall(input))
    if (!operands.every((input) => sameKnownShape(this.shapeOf(input), shape))) return false
    return operands.some((input) => this.onlyBlocked.has(input)) || (operands.length > 0 && operands.every((input) => this.blocked.has(input)))
  }

  /** Truth values cannot be put back in order, so they may be read by one Cast alone, which makes numbers of them. */
  private onlyMasks(value: string): boolean {
    const reader = this.onlyReaders.get(value)
    return reader !== undefined && isMask(reader)
  }

  private blockable(node: Node): boolean {
    const fused = node.opType === 'FusedConv' && node.domain === runtimeDomain && !node.attributes.has('activation')
    if (!fused && !(node.opType === 'Conv' && node.domain === '')) return false
    const [input, output] = [this.shapeOf(node.inputs[0]!), this.shapeOf(node.outputs[0]!)]
    if (input?.length !== 4 || output?.length !== 4 || this.kernelSize(node).length !== 2) return false
    const whole = (channels: number): boolean => channels % this.blockSize === 0
    const [from, to, groups] = [input[1]!, output[1]!, intAttribute(node, 'group', 1)]
    if (!whole(to)) return false
    if (groups === 1) return whole(from) || from < this.blockSize
    return (from === groups && to === groups) || (whole(from / groups) && whole(to / groups))
  }

  /** Of the attribute, else of the weight; empty where neither is known. */
  private kernelSize({ attributes, inputs }: Node): Shape {
    const size = attributes.get('kernel_shape')
    return size?.kind === 'ints' ? size.value : (this.shapeOf(inputs[1]!) ?? []).slice(2)
  }

  private convolution(node: Node): void {
    const [x = '', weight = '', bias = '', added = ''] = node.inputs
    const [, channels = 0] = this.shapeOf(x)!
    const [, outputs = 0] = this.shapeOf(node.outputs[0]!)!
    // Fewer channels than a block are read in the usual order.
    const few = channels < this.blockSize
    const kernel = this.kernel(this.inOrder(weight), [outputs, channels / intAttribute(node, 'group', 1), ...this.kernelSize(node)])
    const reader = this.onlyReaders.get(node.outputs[0]!)
    const relu = reader?.opType === 'Relu' && reader.domain === '' ? reader : undefined
    const inputs = [few ? this.inOrder(x) : this.inBlocks(x), kernel, bias, added === '' ? '' : this.inBlocks(added)]
    while (inputs.at(-1) === '') inputs.pop()
    const name = this.builder.node('Conv', inputs, { ...attributesOf(node), ...(relu === undefined ? {} : { activation: 'Relu' }) }, { domain: blockedDomain })
    if (relu !== undefined) this.done.add(relu)
    const output = (relu ?? node).outputs[0]!
    this.setBlocked(output, name)
    this.shapes.set(output, this.shapeOf(node.outputs[0]!)!)
  }

  /** Name of the weight [O, I, h, w] in the order [O/b, I/b, h, w, b of I, b of O]; with fewer than b input channels [O/b, I, h, w, b]. */
  private kernel(weight: string, shape: Shape): string {
    const known = this.kernels.get(weight)
    if (known !== undefined) return known
    const kernel = this.mirroredKernel(weight, shape) ?? this.ownKernel(weight, shape)
    this.kernels.set(weight, kernel)
    return kernel
  }

  /** Two transpositions of matrices, which the runtime does several times faster than one of all axes (README.md). */
  private ownKernel(weight: string, shape: Shape): string {
    const b = this.blockSize
    const [outputs = 0, channels = 0, ...taps] = shape
    const ordered = channels < b || elementCount(taps) === 1 ? weight : this.exchanged(weight, [(outputs * channels) / b, b, elementCount(taps)])
    return this.reshaped(this.exchanged(ordered, [outputs / b, b, elementCount(shape.slice(1))]), shape)
  }

  /** The kernels of an input gradient, from the blocked ones of the convolution itself: each block is a matrix to be transposed. */
  private mirroredKernel(kernels: string, [outputs = 0, channels = 0, ...taps]: Shape): string | undefined {
    const b = this.blockSize
    const own = [channels, outputs, ...taps]
    const weight = channels < b ? undefined : weightMirroredIn(kernels, own, { producer: (value) => this.producers.get(value), constant: (value) => this.graph.initializers.get(value) })
    if (weight === undefined) return undefined
    const { builder } = this
    const count = elementCount(taps)
    const blocks = this.reshaped(this.exchanged(this.kernel(weight, own), [elementCount(own) / (b * b), b, b]), [channels / b, outputs / b, count, b * b])
    const backwards = Array.from({ length: count }, (_, tap) => count - 1 - tap)
    const mirrored = count === 1 ? blocks : builder.node('Gather', [blocks, builder.ints(backwards)], { axis: 2 })
    return this.reshaped(builder.node('Transpose', [mirrored], { perm: [1, 0, 2, 3] }), [outputs, channels, ...taps])
  }

  /** [n, rows, columns] → [n, columns, rows] */
  private exchanged(value: string, shape: Shape): string {
    return this.builder.node('Transpose', [this.reshaped(value, shape)], { perm: [0, 2, 1] })
  }

  private reshaped(value: string, shape: Shape): string {
    return this.builder.node('Reshape', [value, this.builder.ints(shape)])
  }

  private setBlocked(value: string, name: string): void {
    this.blocked.set(value, name)
    this.onlyBlocked.add(value)
  }

  /** Name of the value in blocked order. */
  private inBlocks(value: string): string {
    const known = this.blocked.get(value)
    if (known !== undefined) return known
    const name = this.builder.node('ReorderInput', [value], {}, { domain: blockedDomain })
    this.blocked.set(value, name)
    return name
  }

  /** What a gradient rule asks for in blocked order, under the name that it has given. */
  private reorderInput(node: Node): void {
    const [value, output] = [node.inputs[0]!, node.outputs[0]!]
    const known = this.blocked.get(value)
    if (known !== undefined) return void this.builder.node('Identity', [known], {}, { output })
    this.builder.append(node)
    this.blocked.set(value, output)
  }

  /** Name of the value in the usual order, which is its own. */
  private inOrder(value: string): string {
    if (this.onlyBlocked.delete(value)) this.reorderOutput(value, value)
    return value
  }

  private reorderOutput(value: string, output: string, attributes: Record<string, number> = {}): void {
    const [, channels = 0] = this.shapeOf(value)!
    this.builder.node('ReorderOutput', [this.blocked.get(value)!], { channels, ...attributes }, { domain: blockedDomain, output })
  }
}

const attributesOf = ({ attributes }: Node): Record<string, AttributeValue> => Object.fromEntries(attributes)

/** To 0 and 1. */
function isMask({ opType, domain, attributes }: Node): boolean {
  const to = attributes.get('to')
  return opType === 'Cast' && domain === '' && to?.kind === 'int' && to.value === float32
}

const isReorderInput = ({ opType, domain, attributes }: Node): boolean => opType === 'ReorderInput' && domain === blockedDomain && !attributes.has('channels_last')

function movesChannelsLast({ opType, domain, attributes }: Node): boolean {
  const perm = attributes.get('perm')
  return opType === 'Transpose' && domain === '' && perm?.kind === 'ints' && perm.value.join() === toChannelsLast.join()
}
