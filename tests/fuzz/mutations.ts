/** Damage: to the bytes of a model file, and to the graph that is written into one. Everything follows from the chance that is passed in. */
import { writeModel, writeModelWithOffsets } from '../../src-main/engine/onnx/codec'
import { rawBytes, type ExternalPlace } from '../../src-main/engine/onnx/codec-tensor'
import { onnxTypeOf } from '../../src-main/engine/onnx/element-types'
import type { AttributeValue, Graph, Model, Node, Tensor } from '../../src-main/engine/onnx/graph'
import { WireWriter } from '../../src-main/engine/onnx/wire-writer'
import { Chance } from './chance'
import { damagedFunctions } from './function-damage'
import type { Seed } from './seeds'
import { besideLocations } from './surroundings'

export interface Mutation {
  /** Seed and kinds of damage. */
  name: string
  bytes: Uint8Array
}

const extremes = [0, -1, 1, 2, 3, 7, 64, 255, 65536, 2 ** 20, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 53 - 1, -(2 ** 31), -(2 ** 62), 2 ** 63, -(2 ** 63)]
const operators = [
  'Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Add', 'Relu', 'Reshape', 'Transpose', 'Concat', 'Split', 'Resize', 'Tile', 'Expand', 'Loop', 'Scan', 'If', 'Softmax', 'MaxPool',
  'AveragePool', 'Pad', 'OneHot', 'Range', 'ConstantOfShape', 'EyeLike', 'Einsum', 'TopK', 'NonZero', 'QuantizeLinear', 'DequantizeLinear', 'QLinearConv', 'LSTM', 'GRU',
  'BatchNormalization', 'LayerNormalization', 'GroupNormalization', 'DepthToSpace', 'Col2Im', 'GridSample', 'SequenceEmpty', 'StringNormalizer', 'Bogus'
]
const locations = [
  '../secret', '/etc/passwd', '..', '.', '', 'missing.bin', 'a/../../b', '//host/share', 'C:\\windows\\win.ini', '..\\up', '\0', 'x'.repeat(5000), '/dev/zero', '/dev/stdin', 'file:///etc/passwd',
  '*/_ORT_MEM_ADDR_/*', '*/_ORT_NATIVE_ENDIAN_MEM_ADDR_/*'
]

type ByteDamage = (bytes: Uint8Array, chance: Chance, other: Uint8Array) => Uint8Array
const byteDamage: Readonly<Record<string, ByteDamage>> = {
  flip(bytes, chance) {
    const result = bytes.slice()
    const count = 1 + chance.below(12)
    // Structure stands at the beginning and end; contents of tensors fill the middle.
    for (let i = 0; i < count; i++) {
      const reach = chance.pick([64, 1024, bytes.length])
      const position = chance.below(Math.min(reach, bytes.length))
      const at = chance.below(3) === 0 ? bytes.length - 1 - position : position
      result[at] = result[at]! ^ (1 << chance.below(8))
    }
    return result
  },
  set(bytes, chance) {
    const result = bytes.slice()
    for (let i = 0; i <= chance.below(6); i++) result[chance.below(Math.min(bytes.length, 2048))] = chance.pick([0, 1, 0x7f, 0x80, 0xff])
    return result
  },
  cut: (bytes, chance) => bytes.slice(0, chance.below(bytes.length)),
  remove(bytes, chance) {
    const start = chance.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + chance.below(64))])
  },
  splice(bytes, chance, other) {
    const from = chance.below(other.length)
    const start = chance.below(Math.min(bytes.length, 4096))
    const piece = other.subarray(from, from + 1 + chance.below(256))
    const result = new Uint8Array(bytes.length + piece.length)
    result.set(bytes.subarray(0, start))
    result.set(piece, start)
    result.set(bytes.subarray(start), start + piece.length)
    return result
  },
  endless(bytes, chance) {
    // A length of nearly 2^63 in front of something.
    const start = chance.below(Math.min(bytes.length, 512))
    const result = bytes.slice()
    result.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f].slice(0, Math.max(0, bytes.length - start)), start)
    return result
  }
}

/** The tensor with other dimensions, whatever it holds. */
const withDims = (tensor: Tensor, dims: readonly number[]): Tensor =>
  ({ type: 'other', dims, onnxType: onnxTypeOf(tensor.type) ?? 1, raw: rawBytes(tensor) ?? new Uint8Array(0) })

const changeNode = (graph: Graph, chance: Chance, change: (node: Node) => Node): Graph => {
  const target = chance.pick(graph.nodes)
  return { ...graph, nodes: graph.nodes.map((node) => (node === target ? change(node) : node)) }
}
const valueNames = (graph: Graph): string[] => [...graph.inputs.map(({ name }) => name), ...graph.initializers.keys(), ...graph.nodes.flatMap((node) => node.outputs)]

export type GraphDamage = (graph: Graph, chance: Chance) => Graph
const graphDamage: Readonly<Record<string, GraphDamage>> = {
  cycle: (graph, chance) => changeNode(graph, chance, (node) => ({ ...node, inputs: [chance.pick(graph.nodes).outputs[0] ?? 'x', ...node.inputs.slice(1)] })),
  rewire: (graph, chance) => changeNode(graph, chance, (node) => ({ ...node, inputs: node.inputs.map((name) => (chance.below(2) === 0 ? chance.pick(valueNames(graph)) : name)) })),
  twice: (graph, chance) => changeNode(graph, chance, (node) => ({ ...node, outputs: [chance.pick(valueNames(graph)), ...node.outputs.slice(1)] })),
  operator: (graph, chance) => changeNode(graph, chance, (node) => ({ ...node, opType: chance.pick(operators), domain: chance.pick(['', '', '', 'com.microsoft', 'com.acme', 'ai.onnx.ml']) })),
  drop: (graph, chance) => ({ ...graph, nodes: graph.nodes.filter(() => chance.below(5) !== 0) }),
  repeat: (graph, chance) => ({ ...graph, nodes: [...graph.nodes, chance.pick(graph.nodes)] }),
  reverse: (graph) => ({ ...graph, nodes: [...graph.nodes].reverse() }),
  lessInputs: (graph, chance) => changeNode(graph, chance, (node) => ({ ...node, inputs: node.inputs.slice(0, chance.below(node.inputs.length + 1)) })),
  attribute: (graph, chance) => changeNode(graph, chance, (node) => {
    const attributes = new Map<string, AttributeValue>(node.attributes)
    const name = chance.pick([...node.attributes.keys(), 'axis', 'group', 'pads', 'strides', 'dilations', 'kernel_shape', 'auto_pad', 'axes', 'perm', 'to', 'blocksize'])
    attributes.set(name, chance.pick<AttributeValue>([
      { kind: 'int', value: chance.pick(extremes) }, { kind: 'ints', value: Array.from({ length: chance.below(9) }, () => chance.pick(extremes)) },
      { kind: 'float', value: chance.pick([NaN, Infinity, -1, 1e30, 0]) }, { kind: 'string', value: chance.pick(['SAME_UPPER', 'VALID', '', 'x'.repeat(999)]) }
    ]))
    return { ...node, attributes }
  }),
  constants: (graph, chance) => {
    const initializers = new Map(graph.initializers)
    const integers = [...initializers].filter(([, tensor]) => tensor.type === 'int64')
    if (integers.length === 0) return graph
    const [name, tensor] = chance.pick(integers)
    if (tensor.type !== 'int64') return graph
    const limit = (value: number): bigint => BigInt.asIntN(64, BigInt(value))
    initializers.set(name, { ...tensor, data: tensor.data.map((value) => (chance.below(2) === 0 ? limit(chance.pick(extremes)) : value)) })
    return { ...graph, initializers }
  },
  dimensions: (graph, chance) => {
    const initializers = new Map(graph.initializers)
    if (initializers.size === 0) return graph
    const [name, tensor] = chance.pick([...initializers])
    initializers.set(name, withDims(tensor, tensor.dims.map((dim) => (chance.below(2) === 0 ? chance.pick(extremes) : dim))))
    return { ...graph, initializers }
  },
  absurdInput: (graph, chance) => ({ ...graph, inputs: graph.inputs.map((input) => ({ ...input, shape: (input.shape ?? []).map((dim) => (chance.below(2) === 0 ? chance.pick(extremes) : dim)) })) }),
  manyInputs: (graph, chance) => ({ ...graph, inputs: [...graph.inputs, { name: chance.pick(valueNames(graph)), type: chance.pick(['float32', 'int64', 'string'] as const), shape: [chance.pick(extremes)] }] }),
  noOutput: (graph, chance) => ({ ...graph, outputs: chance.below(2) === 0 ? [] : [{ name: chance.pick([...valueNames(graph), 'nothing']), type: 'float32', shape: null }] }),
  nested: (graph, chance) => {
    let inner: Graph = { ...graph, inputs: [], initializers: new Map() }
    for (let depth = 0; depth < 1 + chance.below(40); depth++) {
      const node: Node = { name: `deep${depth}`, opType: chance.pick(['If', 'Loop', 'Scan']), domain: '', inputs: [valueNames(graph)[0]!], outputs: [`deep${depth}`],
        attributes: new Map([['then_branch', { kind: 'graph', value: inner }], ['body', { kind: 'graph', value: { ...inner, nodes: [] } }]]) }
      inner = { name: 'deep', nodes: [node], inputs: [], outputs: [{ name: `deep${depth}`, type: 'float32', shape: null }], initializers: new Map() }
    }
    return { ...graph, nodes: [...graph.nodes, ...inner.nodes] }
  }
}

/** The model with one more initialiser, whose contents lie outside of the file. */
function outside(model: Model, chance: Chance): Uint8Array {
  const tensor = new WireWriter()
  const entry = (key: string, value: string): void => {
    const writer = new WireWriter()
    writer.string(1, key)
    writer.string(2, value)
    tensor.message(13, writer)
  }
  tensor.ints(1, [chance.pick(extremes)])
  tensor.int(2, 1)
  tensor.string(8, chance.pick(valueNames(model.graph)))
  entry('location', chance.pick(locations))
  entry('offset', chance.pick(['0', '-1', '99999999999999', '1e9', ' 4', '18446744073709551615']))
  if (chance.below(2) === 0) entry('length', chance.pick(['4', '-4', '9007199254740993', '16', 'NaN']))
  tensor.int(14, 1)
  const graph = new WireWriter()
  graph.message(5, tensor)
  // Two graph fields are merged by protobuf; here the last one counts, so the nodes are repeated in it.
  const whole = new WireWriter()
  const bytes = writeModel(model)
  whole.message(7, graph)
  const extra = whole.finish()
  const result = new Uint8Array(bytes.length + extra.length)
  result.set(bytes)
  result.set(extra, bytes.length)
  return result
}

/** The model with some initialisers stored beside it, at places that may not exist. */
function beside(model: Model, chance: Chance): Uint8Array {
  const places = new Map<string, ExternalPlace>()
  for (const [name, tensor] of model.graph.initializers) {
    if (chance.below(2) === 0) continue
    const bytes = rawBytes(tensor)?.length ?? 0
    places.set(name, { location: chance.pick([...besideLocations, ...locations]), offset: chance.pick([0, 0, 4, 6, 64, ...extremes]), length: chance.pick([bytes, bytes, ...extremes]) })
  }
  return writeModelWithOffsets(model, places).bytes
}

function versions(model: Model, chance: Chance): Uint8Array {
  return writeModel({
    ...model, irVersion: chance.pick([1, 3, 8, 13, 14, 99]), opsets: new Map([...model.opsets, ['', chance.pick([0, 6, 7, 10, 13, 21, 26, 27, 2 ** 40])], ['com.acme', 1]])
  })
}

/** Mutation number `index` of a series. */
export function mutate(from: readonly Seed[], seed: number, index: number): Mutation {
  const chance = new Chance(seed, index)
  const origin = chance.pick(from)
  const kinds: string[] = []
  const pickKey = <T>(table: Readonly<Record<string, T>>): [string, T] => chance.pick(Object.entries(table))
  let bytes = origin.bytes
  const way = chance.below(10)
  if (way >= 4 && way < 8) {
    let { graph } = origin.model
    for (let count = 0; count <= chance.below(3) && graph.nodes.length > 0; count++) {
      const [kind, damage] = pickKey(graphDamage)
      kinds.push(kind)
      graph = damage(graph, chance)
    }
    bytes = writeModel({ ...origin.model, graph })
  } else if (way === 8) {
    const isBeside = chance.below(2) === 0
    kinds.push(isBeside ? 'beside' : 'outside')
    bytes = isBeside ? beside(origin.model, chance) : outside(origin.model, chance)
  } else if (way === 9) {
    const isOfFunctions = chance.below(2) === 0
    kinds.push(isOfFunctions ? 'functions' : 'versions')
    bytes = isOfFunctions ? writeModel(damagedFunctions(origin.model, chance, graphDamage)) : versions(origin.model, chance)
  }
  if (way < 4 || chance.below(8) === 0) {
    const [kind, damage] = pickKey(byteDamage)
    kinds.push(kind)
    bytes = damage(bytes, chance, chance.pick(from).bytes)
  }
  return { name: `${index} ${origin.name}: ${kinds.join(', ')}`, bytes }
}
