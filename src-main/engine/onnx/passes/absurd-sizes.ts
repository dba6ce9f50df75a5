/**
 * Operators that make tensors of a size that constants say. ONNX Runtime computes such nodes while it makes a session, and would fill
 * memory to the end: a damaged file with a shape of 2^32 took 17 GB.
 */
import { fail } from '@shared/problems'
import { elementCount, intsAttribute, type Graph, type Model, type Node, type NumericTensor, type Tensor } from '../graph'
import { innerGraphs } from '../graph-queries'
import { constantValue } from './normalize'

/** 2^25 elements of float32 are 128 MiB: twice the largest input. */
const largestElements = 2 ** 25

type Constants = (input: number) => readonly number[] | undefined
/** The least number of elements of the result, or how many times as many as the input has, as far as constants say it. */
type Size = (constant: Constants, node: Node) => number | undefined

/** Negative dimensions stand for what the input has. */
const product = (values: readonly number[] | undefined): number | undefined =>
  values === undefined ? undefined : values.includes(0) ? 0 : elementCount(values.map((value) => Math.max(1, value)))
const ofInput = (index: number): Size => (constant) => product(constant(index))

const sizes: Readonly<Record<string, Size>> = {
  ConstantOfShape: ofInput(0),
  Expand: ofInput(1),
  Tile: ofInput(1),
  OneHot: ofInput(1),
  Col2Im: ofInput(1),
  MaxUnpool: ofInput(2),
  Range(constant) {
    const [first, last, step] = [constant(0)?.[0], constant(1)?.[0], constant(2)?.[0]]
    return first === undefined || last === undefined || step === undefined ? undefined : (last - first) / step
  },
  Pad: (constant, node) => padded(constant(1) ?? intsAttribute(node, 'pads', [])),
  Resize: (constant) => Math.max(product(constant(2)) ?? 1, product(constant(3)) ?? 1, product(constant(1)) ?? 1),
  Upsample: (constant) => product(constant(1)),
  RandomNormal: (_, node) => product(intsAttribute(node, 'shape', [])),
  RandomUniform: (_, node) => product(intsAttribute(node, 'shape', [])),
  Conv: (_, node) => padded(intsAttribute(node, 'pads', [])),
  ConvTranspose: (_, node) => Math.max(product(intsAttribute(node, 'output_shape', [])) ?? 1, product(intsAttribute(node, 'strides', [])) ?? 1, product(intsAttribute(node, 'dilations', [])) ?? 1),
  HannWindow: ofInput(0),
  HammingWindow: ofInput(0),
  BlackmanWindow: ofInput(0)
}

/** Of widths [begin…, end…]: each axis is at least as long as what is added to it. */
const padded = (pads: readonly number[]): number => elementCount(pads.slice(0, pads.length / 2).map((begin, axis) => Math.max(1, begin + (pads[axis + pads.length / 2] ?? 0))))

/** Numbers of a short constant. */
function numbersOf(tensor: Tensor | undefined): readonly number[] | undefined {
  return tensor === undefined || !('data' in tensor) || tensor.data.length > 64 ? undefined : Array.from((tensor as NumericTensor).data as ArrayLike<number | bigint>, Number)
}

/** Problem MODEL_INVALID for a node whose result is larger than any network needs. */
export function checkSizes(model: Model, where: string): void {
  const look = (graph: Graph, around: ReadonlyMap<string, Tensor>): void => {
    const constants = new Map([...around, ...graph.initializers])
    for (const node of graph.nodes) {
      const value = node.opType === 'Constant' && node.domain === '' ? constantValue(node.attributes) : null
      if (value !== null && node.outputs[0] !== undefined) constants.set(node.outputs[0], value)
      const size = node.domain === '' ? sizes[node.opType]?.((input) => numbersOf(constants.get(node.inputs[input] ?? '')), node) : undefined
      if (size !== undefined && size > largestElements) {
        fail('MODEL_INVALID', where, `Node “${node.name.slice(0, 100)}” (${node.opType}) makes a tensor of ${size.toPrecision(3)} elements; at most ${largestElements} are taken.`)
      }
      for (const inner of innerGraphs(node)) look(inner, constants)
    }
  }
  look(model.graph, new Map())
}
