/** Chooses the image input and the output with the scores, by name or by what they look like, and checks that the program can use the input. */
import type { InterfaceChoice, NetworkReport, ValueChoice } from '@shared/network'
import { fail } from '@shared/problems'
import { convertibleFloats, isNumericType, numericTensor } from '../element-types'
import { elementCount, type ElementType, type Graph, type Model, type NumericTensor, type NumericType, type ValueInfo } from '../graph'
import { consumersOf, withGraph } from '../graph-queries'
import { dropDeadNodes, dropUnused } from './normalize'

export interface ChosenInterface {
  model: Model
  /** The input as the file has it. */
  input: ValueInfo
  /** Inputs of the file that take no images, with the zeros that they are held at. */
  held: ReadonlyMap<string, NumericTensor>
  /** What could be chosen, where there is a choice. */
  choices: NetworkReport['choices']
}

/** A volume of 256³ voxels or an image of 4096² pixels; keeps absurd dimensions away from the runtime. */
export const largestInputElements = 2 ** 24

const isFloat = (type: ElementType): boolean => type === 'float32' || convertibleFloats.has(type)
export const describeValue = (info: ValueInfo): string =>
  `“${info.name}” (${info.type}${info.shape === null ? '' : ` [${info.shape.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`})`

function named(values: readonly ValueInfo[], name: string, what: 'input' | 'output', where: string): ValueInfo {
  const code = what === 'input' ? 'MODEL_INPUT_UNSUPPORTED' : 'MODEL_OUTPUT_UNSUPPORTED'
  return values.find((value) => value.name === name) ?? fail(code, where, `The network has no ${what} “${name}”; it has ${values.slice(0, 20).map(describeValue).join(', ')}.`)
}

/** Images have the most dimensions; of several such inputs the first. */
function likeliestInput(inputs: readonly ValueInfo[]): ValueInfo | undefined {
  const rank = (input: ValueInfo): number => (isFloat(input.type) ? 100 : 0) + Math.min(input.shape?.length ?? 0, 4)
  return inputs.toSorted((a, b) => rank(b) - rank(a))[0]
}

/** One score per class: floating point, [batch, classes]. Where no output says so, the first. */
function likeliestOutput(outputs: readonly ValueInfo[]): ValueInfo | undefined {
  const scores = outputs.find(({ type, shape }) => isFloat(type) && shape?.length === 2 && shape[1] !== 1)
  return scores ?? outputs.find(({ type }) => isFloat(type)) ?? outputs[0]
}

function checkInput(input: ValueInfo, where: string): ValueInfo {
  if (!isFloat(input.type)) fail('MODEL_INPUT_UNSUPPORTED', where, `Input ${describeValue(input)} has element type ${input.type}; floating point was expected.`)
  if (input.shape === null) fail('MODEL_INPUT_UNSUPPORTED', where, `Input “${input.name}” has no shape; [batch, …] was expected.`)
  if (input.shape.includes(0)) {
    fail('MODEL_INPUT_UNSUPPORTED', where, `Input ${describeValue(input)} has a dimension of size 0, so it holds no values.`, 'Export the network again with the real size of its input.')
  }
  if (input.shape.length < 2) {
    fail('MODEL_INPUT_UNSUPPORTED', where, `Input ${describeValue(input)} has ${input.shape.length} dimensions; a batch dimension and at least one more were expected.`)
  }
  const elements = elementCount(input.shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : 1)))
  if (elements > largestInputElements) {
    fail('MODEL_INPUT_UNSUPPORTED', where, `Input ${describeValue(input)} has ${elements} elements; at most ${largestInputElements} were expected.`)
  }
  // Old exporters write −1 for a free dimension.
  return { ...input, shape: input.shape.map((dim) => (typeof dim === 'number' && dim < 0 ? '' : dim)) }
}

/** Zeros of an input's type and shape; free dimensions have one element. */
function zeros(input: ValueInfo, where: string): NumericTensor {
  const dims = (input.shape ?? []).map((dim) => (typeof dim === 'number' && dim > 0 ? dim : 1))
  const type: ElementType = input.type
  if (!isNumericType(type) || input.shape === null || elementCount(dims) > largestInputElements) {
    fail('MODEL_INPUT_UNSUPPORTED', where, `Besides the images the network needs input ${describeValue(input)}, which cannot be held at zero.`, 'Export a network with the image input only.')
  }
  return numericTensor(type, dims, new Uint8Array(elementCount(dims) * bytesOf[type]))
}

const bytesOf: Readonly<Record<NumericType, number>> = { float32: 4, float64: 8, int64: 8, int32: 4, int16: 2, int8: 1, uint8: 1, uint16: 2, uint32: 4, uint64: 8, bool: 1 }

const toChoice = ({ name, type, shape }: ValueInfo): ValueChoice => ({ name, type, shape: shape === null ? null : [...shape] })

function noteInputs(graph: Graph, input: ValueInfo, used: ReadonlySet<string>, notes: string[]): void {
  const others = graph.inputs.filter(({ name }) => name !== input.name)
  const list = (values: readonly ValueInfo[]): string => values.map(({ name }) => `“${name}”`).join(', ')
  const unused = others.filter(({ name }) => !used.has(name))
  const held = others.filter(({ name }) => used.has(name))
  if (unused.length > 0) notes.push(`Input ${list(unused)} does not reach the output and was dropped.`)
  if (held.length > 0) notes.push(`The network has ${held.length + 1} inputs; “${input.name}” takes the images, ${list(held)} ${held.length === 1 ? 'is' : 'are'} held at zero.`)
}

/** Reduces the model to one input and one output. Problems MODEL_INPUT_UNSUPPORTED, MODEL_OUTPUT_UNSUPPORTED. */
export function chooseInterface(model: Model, choice: InterfaceChoice, where: string, notes: string[]): ChosenInterface {
  const { inputs, outputs } = model.graph
  const output = choice.output === undefined ? likeliestOutput(outputs) : named(outputs, choice.output, 'output', where)
  if (output === undefined) fail('MODEL_OUTPUT_UNSUPPORTED', where, 'The network has no output.')
  const others = outputs.filter(({ name }) => name !== output.name).map(({ name }) => `“${name}”`)
  if (others.length > 0) notes.push(`The network has ${others.length + 1} outputs; “${output.name}” is used, ${others.join(', ')} dropped.`)
  const reduced = dropUnused(dropDeadNodes(withGraph(model, { outputs: [output] })))
  const consumers = consumersOf(reduced.graph)
  const used = inputs.filter(({ name }) => consumers.has(name))
  const asked = choice.input === undefined ? likeliestInput(used) : named(inputs, choice.input, 'input', where)
  if (asked === undefined) fail('MODEL_INPUT_UNSUPPORTED', where, 'The network has no input that is used; one image input was expected.')
  if (!used.includes(asked)) fail('MODEL_INPUT_UNSUPPORTED', where, `The output “${output.name}” does not depend on input “${asked.name}”.`)
  const input = checkInput(asked, where)
  noteInputs(model.graph, input, new Set(used.map(({ name }) => name)), notes)
  const held = new Map(inputs.filter(({ name }) => name !== input.name).map((other) => [other.name, zeros(other, where)] as const))
  const initializers = new Map([...reduced.graph.initializers, ...[...held].filter(([name]) => consumers.has(name))])
  const choices = inputs.length > 1 || outputs.length > 1 ? { inputs: inputs.map(toChoice), outputs: outputs.map(toChoice) } : undefined
  return { model: withGraph(reduced, { inputs: [input], initializers }), input, held, choices }
}
