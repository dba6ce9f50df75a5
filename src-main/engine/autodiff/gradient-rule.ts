/**
 * What a gradient rule is: how the gradient of the loss passes backwards through one operator. A rule reads the forward
 * node and appends nodes that compute, from the gradient of the outputs, the gradient of the inputs. See README.md.
 */
import type { Provider } from '@shared/providers'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Node, NumericTensor } from '../onnx/graph'

/** Name of the gradient of a value, or undefined where the gradient is zero or not asked for. */
export type Gradient = string | undefined

export interface GradientRule {
  readonly opType: string
  /** ONNX domain; '' (the default) unless said. */
  readonly domain?: string
  /**
   * Appends the backward nodes and returns the gradient of each input, in the order of the inputs. The gradient of a
   * value has exactly the value's shape. An input that {@link RuleContext.needs} nothing may be left undefined, and a
   * rule should not compute it. Called only when at least one output has a gradient and at least one input needs one.
   */
  gradient(context: RuleContext): readonly Gradient[]
}

/** What a rule sees. Shapes are concrete: a training graph is made for one batch size. */
export interface RuleContext {
  readonly node: Node
  /** Appends backward nodes behind everything appended so far. */
  readonly builder: GraphBuilder
  /** What will compute the graph: some operators have fewer forms with other providers than the CPU. */
  readonly provider: Provider
  /** Channels of a block of the runtime's blocked layout, where the graph may use it; else null. */
  readonly blockSize: number | null
  /** Shape of any forward value. */
  shape(value: string): readonly number[]
  /** Name of an input; '' where an optional input is absent. */
  input(index: number): string
  inputShape(index: number): readonly number[]
  outputShape(index?: number): readonly number[]
  /** True where the gradient of the input is asked for. */
  needs(index: number): boolean
  /** Gradient of an output. {@link upstream} is for operators with one output, where it is always known. */
  outputGradient(index: number): Gradient
  readonly upstream: string
  /** Contents of a forward value that is constant (an initialiser, not a parameter), else undefined. */
  constant(value: string): NumericTensor | undefined
  /** The forward node that computes a value; undefined for inputs, parameters and constants. */
  producer(value: string): Node | undefined
  /** Name of an output of the forward node, which is added to the node where it was left out (MaxPool's indices). */
  forwardOutput(index: number): string
  /** Ends with the problem GRADIENT_UNSUPPORTED: the operator has a gradient, but not in this form. */
  unsupported(reason: string): never
}

/** Whole numbers of a constant int64 or int32 vector; undefined where the value is absent; a problem where it is not constant. */
export function constantInts(context: RuleContext, index: number): readonly number[] | undefined {
  const name = context.input(index)
  if (name === '') return undefined
  const tensor = context.constant(name)
  if (tensor === undefined) return context.unsupported(`its input “${name}” is computed while the network runs`)
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number)
}

/** `axis` counted from the front. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)
