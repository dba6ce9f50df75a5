/** Kernels of the input gradient of a convolution: mirrored in space, with their channels exchanged. */
import { elementCount, type Node, type Tensor } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'

/** Appends nodes: [G·O, I, …kernel] → [G·I, O, …kernel mirrored in each spatial axis]. */
export function mirrorKernels(builder: GraphBuilder, weight: string, weightShape: readonly number[], groups: number): string {
  const [outputs = 0, inputs = 0, ...kernel] = weightShape
  const perGroup = outputs / groups
  const grouped = builder.node('Reshape', [weight, builder.ints([groups, perGroup, inputs, ...kernel])])
  const exchanged = builder.node('Transpose', [grouped], { perm: [0, 2, 1, ...kernel.map((_, axis) => axis + 3)] })
  const kernels = builder.node('Reshape', [exchanged, builder.ints([groups * inputs, perGroup, ...kernel])])
  if (elementCount(kernel) === 1) return kernels
  const everyAxis = (value: number): string => builder.ints(kernel.map(() => value))
  // An end far below 0 includes position 0 when the step is negative.
  const beforeFirst = -1 - Math.max(...kernel)
  const axes = builder.ints(kernel.map((_, axis) => axis + 2))
  return builder.node('Slice', [kernels, everyAxis(-1), everyAxis(beforeFirst), axes, everyAxis(-1)])
}

/** What is known of the graph in which a value stands. */
export interface Surroundings {
  producer: (value: string) => Node | undefined
  constant: (value: string) => Tensor | undefined
}

/** The weight of shape `weightShape`, in one group, of which `value` are the mirrored kernels: made by the very nodes that {@link mirrorKernels} appends. */
export function weightMirroredIn(value: string, weightShape: readonly number[], { producer, constant }: Surroundings): string | undefined {
  const expected = new GraphBuilder('mirrored')
  mirrorKernels(expected, 'weight', weightShape, 1)
  const key = ({ opType, domain, inputs, attributes }: Node, constants: Surroundings['constant']): string =>
    JSON.stringify([opType, domain, [...attributes], inputs.slice(1).map((input) => integers(constants(input)))])
  let name = value
  for (const node of expected.nodes.toReversed()) {
    const found = producer(name)
    if (found === undefined || key(found, constant) !== key(node, (input) => expected.initializers.get(input))) return undefined
    name = found.inputs[0]!
  }
  return name
}

const integers = (tensor: Tensor | undefined): readonly number[] | null => (tensor?.type === 'int64' ? Array.from(tensor.data, Number) : null)
