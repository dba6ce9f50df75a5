/**
 * The graph IR: an ONNX graph as plain data. Everything that the engine builds or changes (import passes, analog
 * programs, training graphs) is one of these, and is run by ONNX Runtime after `writeModel`.
 *
 * A value is named by a string; the empty string is an absent optional input or output, as in ONNX. Nodes are in
 * topological order. Graphs are treated as immutable: a pass returns a new graph and may share nodes and tensors.
 */

/** Tensor element types that the engine computes with; others are kept as `raw` bytes. */
export type NumericType = 'float32' | 'float64' | 'int64' | 'int32' | 'int16' | 'int8' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'bool'
/** float16 and friends travel as bytes; strings as `strings`. */
export type OpaqueType = 'float16' | 'bfloat16' | 'string' | 'other'
export type ElementType = NumericType | OpaqueType

export interface TypedArrays {
  float32: Float32Array
  float64: Float64Array
  int64: BigInt64Array
  int32: Int32Array
  int16: Int16Array
  int8: Int8Array
  uint8: Uint8Array
  uint16: Uint16Array
  uint32: Uint32Array
  uint64: BigUint64Array
  bool: Uint8Array
}

/** A constant with known contents, row-major. `data.length` is the product of `dims`. */
export type NumericTensor = {
  [T in NumericType]: { type: T; dims: readonly number[]; data: TypedArrays[T] }
}[NumericType]

/** A constant that the engine only passes on. `onnxType` is TensorProto.DataType. */
export interface OpaqueTensor {
  type: OpaqueType
  dims: readonly number[]
  onnxType: number
  /** raw_data, or the encoded strings. */
  raw: Uint8Array | readonly Uint8Array[]
}
export type Tensor = NumericTensor | OpaqueTensor
export type FloatTensor = Extract<NumericTensor, { type: 'float32' }>

export type AttributeValue =
  | { kind: 'int'; value: number }
  | { kind: 'float'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'ints'; value: readonly number[] }
  | { kind: 'floats'; value: readonly number[] }
  | { kind: 'strings'; value: readonly string[] }
  | { kind: 'tensor'; value: Tensor }
  | { kind: 'graph'; value: Graph }
  /** In the body of a function: what the call gives for its attribute `name`. `type` is AttributeProto.AttributeType. */
  | { kind: 'reference'; name: string; type: number }
  /** Anything else (sparse tensors, type protos, lists of graphs), kept byte for byte. */
  | { kind: 'other'; raw: Uint8Array }

export interface Node {
  /** Unique within a graph once imported. */
  name: string
  opType: string
  /** '' is the default ONNX domain. */
  domain: string
  inputs: readonly string[]
  outputs: readonly string[]
  attributes: ReadonlyMap<string, AttributeValue>
  /** Which of several model-local functions of the same name is meant. */
  overload?: string
}

/** A dimension is a number, or a symbol (any string, '' when unnamed). */
export interface ValueInfo {
  name: string
  type: ElementType
  shape: readonly (number | string)[] | null
  /** The encoded TypeProto where `type` is `other` (sequences, maps, rare element types). */
  typeProto?: Uint8Array
}

export interface Graph {
  name: string
  nodes: readonly Node[]
  inputs: readonly ValueInfo[]
  outputs: readonly ValueInfo[]
  initializers: ReadonlyMap<string, Tensor>
}

/**
 * A model-local function (FunctionProto): operators that a node calls by `domain`, `name` and `overload`. Its body knows the inputs and
 * attributes of the call and nothing else. Imported networks have none: calls are replaced by the bodies.
 */
export interface ModelFunction {
  name: string
  domain: string
  overload: string
  inputs: readonly string[]
  outputs: readonly string[]
  /** Attributes without a default. */
  attributes: readonly string[]
  defaults: ReadonlyMap<string, AttributeValue>
  nodes: readonly Node[]
  /** As in {@link Model}; they can differ from the model's. */
  opsets: ReadonlyMap<string, number>
}

/** A whole model: a graph with the versions that give its operators their meaning. */
export interface Model {
  irVersion: number
  producer: string
  /** Operator-set version by domain; '' is the default domain. */
  opsets: ReadonlyMap<string, number>
  graph: Graph
  metadata: ReadonlyMap<string, string>
  functions: readonly ModelFunction[]
}

/** Domain of ONNX Runtime's own operators. */
export const runtimeDomain = 'com.microsoft'

/** Every graph that the engine emits uses at least this version of the default operator set. */
export const workingOpset = 17

/**
 * Imported networks are brought to this version, older ones up and newer ones down, wherever their operators exist in it
 * (docs/decisions/0020). What is appended to them must have a form that is valid from
 * {@link workingOpset} to {@link newestOpset}.
 */
export const importedOpset = 21

/** The newest version of the default operator set, and the newest IR version, that this ONNX Runtime takes; `versions.test.ts` measures them. */
export const newestOpset = 26
export const newestIrVersion = 13

export const elementCount = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1)

export function intAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'int' ? attribute.value : fallback
}

export function floatAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'float' ? attribute.value : fallback
}

export function intsAttribute(node: Node, name: string, fallback: readonly number[]): readonly number[] {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'ints' ? attribute.value : fallback
}

export function stringAttribute(node: Node, name: string, fallback: string): string {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'string' ? attribute.value : fallback
}
