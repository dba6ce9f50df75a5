/**
 * Layers with quantised weights become layers with float32 weights, so that arrays can hold them:
 *
 *     QLinearConv, QLinearMatMul      →  DequantizeLinear, Conv or MatMul, QuantizeLinear
 *     ConvInteger, MatMulInteger      →  DequantizeLinear with scale 1, Conv or MatMul, Cast to int32
 *     DequantizeLinear of a constant  →  w = (q − zero point) · scale
 *
 * Activations are quantised where the file quantises them, digitally. A node whose weights or scales are computed stays as it is.
 */
import { elementCount, type AttributeValue, type FloatTensor, type Model, type Node, type NumericTensor, type Tensor } from '../graph'
import { allNames, freshName, withGraph } from '../graph-queries'

const float32Number = 1
const int32Number = 6
const integers = new Set(['int8', 'uint8', 'int16', 'uint16', 'int32'])
type Codes = Exclude<NumericTensor, { type: 'int64' | 'uint64' }>


const isCodes = (tensor: Tensor | undefined): tensor is Codes => tensor !== undefined && integers.has(tensor.type)

/**
 * (q − zero point) · scale with one scale for all, one for each index of `axis`, or one for each block of `blockSize` along it;
 * null when the shapes do not fit.
 */
export function dequantized(codes: Codes, scale: FloatTensor, zero: Codes | undefined, axis: number, blockSize: number): FloatTensor | null {
  const { dims, data } = codes
  const at = axis < 0 ? axis + dims.length : axis
  const length = dims[at] ?? 1
  const blocks = blockSize > 0 ? Math.ceil(length / blockSize) : 0
  const inner = elementCount(dims.slice(at + 1))
  const outer = elementCount(dims.slice(0, at))
  const places: Readonly<Record<'whole' | 'axis' | 'block', (i: number) => number>> = {
    whole: () => 0,
    axis: (i) => Math.floor(i / inner) % length,
    block: (i) => (Math.floor(i / (inner * length)) * blocks + Math.floor((Math.floor(i / inner) % length) / blockSize)) * inner + (i % inner)
  }
  const placeOf = (count: number): ((i: number) => number) | null =>
    count === 1 ? places.whole : blockSize > 0 ? (count === outer * blocks * inner ? places.block : null) : count === dims[at] ? places.axis : null
  const scaleAt = placeOf(scale.data.length)
  const zeroAt = placeOf(zero?.data.length ?? 1)
  if (scaleAt === null || zeroAt === null) return null
  const result = new Float32Array(data.length)
  for (let i = 0; i < result.length; i++) result[i] = (data[i]! - (zero?.data[zeroAt(i)] ?? 0)) * scale.data[scaleAt(i)]!
  return { type: 'float32', dims, data: result }
}

const integerOf = (attribute: AttributeValue | undefined, otherwise: number): number => (attribute?.kind === 'int' ? attribute.value : otherwise)

/** The operators that compute with codes, by what they become. */
const floatForms: Readonly<Record<string, 'Conv' | 'MatMul'>> = { QLinearConv: 'Conv', QLinearMatMul: 'MatMul', ConvInteger: 'Conv', MatMulInteger: 'MatMul' }

class Dequantizer {
  readonly initializers: Map<string, Tensor>
  layers = 0
  private readonly taken: Set<string>
  private readonly known = new Map<string, string>()
  /** Sums of ConvInteger and MatMulInteger, and the float32 values that they are cast from. */
  private readonly sums = new Map<string, string>()
  constructor(private readonly model: Model) {
    this.initializers = new Map(model.graph.initializers)
    this.taken = allNames(model.graph)
  }

  private codes(name: string | undefined): Codes | undefined {
    const tensor = this.initializers.get(name ?? '')
    return isCodes(tensor) ? tensor : undefined
  }
  private float(name: string | undefined): FloatTensor | undefined {
    const tensor = this.initializers.get(name ?? '')
    return tensor?.type === 'float32' ? tensor : undefined
  }
  private constant(hint: string, tensor: Tensor): string {
    const name = freshName(this.taken, hint)
    this.initializers.set(name, tensor)
    return name
  }

  /** Name of the float32 form of constant codes, the same for all who share them; null where it is not constant or does not fit. */
  private weights(codes: string, scale: string | FloatTensor, zero: string | undefined, axis: number, blockSize = 0): string | null {
    const key = [codes, typeof scale === 'string' ? scale : `${scale.dims.join()}:${scale.data.join()}`, zero ?? '', axis, blockSize].join('\n')
    const before = this.known.get(key)
    if (before !== undefined) return before
    const tensor = this.codes(codes)
    const factors = typeof scale === 'string' ? this.float(scale) : scale
    const offset = zero === undefined || zero === '' ? undefined : this.codes(zero)
    if (tensor === undefined || factors === undefined || (zero !== undefined && zero !== '' && offset === undefined)) return null
    const result = dequantized(tensor, factors, offset, axis, blockSize)
    if (result === null) return null
    const name = this.constant(`${codes}_dequantized`, result)
    this.known.set(key, name)
    return name
  }

  private node(opType: string, inputs: readonly string[], outputs: readonly string[], name = ''): Node {
    return { name, opType, domain: '', inputs, outputs, attributes: new Map() }
  }

  /** The float32 value of an operand: constant codes as a new constant, others through a DequantizeLinear that has one scale. */
  private operand(value: string, scale: string | null, zero: string | undefined, axis: number, nodes: Node[]): string | null {
    const one: FloatTensor = { type: 'float32', dims: [], data: Float32Array.of(1) }
    if (this.initializers.has(value)) return this.weights(value, scale ?? one, zero, axis)
    const isSingle = (name: string): boolean => (this.initializers.get(name)?.dims ?? []).every((dim) => dim === 1)
    if ((scale !== null && !isSingle(scale)) || (zero !== undefined && !isSingle(zero))) return null
    const output = freshName(this.taken, `${value}_float`)
    nodes.push(this.node('DequantizeLinear', [value, scale ?? this.constant('one', one), ...(zero === undefined || zero === '' ? [] : [zero])], [output]))
    return output
  }

  /** QLinearConv(x, xs, xz, w, ws, wz, ys, yz, B), QLinearMatMul(a, as, az, b, bs, bz, ys, yz), ConvInteger and MatMulInteger(x, w, xz, wz). */
  layer(node: Node): Node[] {
    const form = floatForms[node.opType]!
    const keepsInt32 = node.opType.endsWith('Integer')
    const [x = '', second = '', third, fourth, ws = '', wz, ys = '', yz, bias] = node.inputs
    const weight = keepsInt32 ? second : (fourth ?? '')
    if (!this.initializers.has(weight) && !(form === 'MatMul' && this.initializers.has(x))) return [node]
    const nodes: Node[] = []
    const weightAxis = form === 'Conv' ? 0 : -1
    const image = this.operand(x, keepsInt32 ? null : second, third === '' ? undefined : third, -2, nodes)
    const zero = keepsInt32 ? fourth : wz
    const matrix = this.operand(weight, keepsInt32 ? null : ws, zero === '' ? undefined : zero, weightAxis, nodes)
    if (image === null || matrix === null) return [node]
    const inputs = [image, matrix]
    if (!keepsInt32 && bias !== undefined && bias !== '') {
      // Codes of the bias are in units of the product of both scales.
      const [imageScale, weightScale] = [this.float(second), this.float(ws)]
      if (imageScale?.data.length !== 1 || weightScale === undefined) return [node]
      const scale: FloatTensor = { ...weightScale, data: weightScale.data.map((value) => value * imageScale.data[0]!) }
      const shift = this.weights(bias, scale, undefined, 0)
      if (shift === null) return [node]
      inputs.push(shift)
    }
    const output = freshName(this.taken, `${node.outputs[0]!}_float`)
    nodes.push({ ...this.node(form, inputs, [output], node.name), attributes: node.attributes })
    if (keepsInt32) this.sums.set(node.outputs[0]!, output)
    nodes.push(keepsInt32
      ? { ...this.node('Cast', [output], node.outputs), attributes: new Map([['to', { kind: 'int', value: int32Number }]]) }
      : this.node('QuantizeLinear', [output, ys, ...(yz === undefined || yz === '' ? [] : [yz])], node.outputs))
    this.layers++
    return nodes
  }

  /** DequantizeLinear of a constant: its users read the new constant. Null where it stays. */
  constantOf(node: Node): string | null {
    const [codes = '', scale = '', zero] = node.inputs
    return this.weights(codes, scale, zero, integerOf(node.attributes.get('axis'), 1), integerOf(node.attributes.get('block_size'), 0))
  }

  run(): Model {
    const outputs = new Set(this.model.graph.outputs.map(({ name }) => name))
    const nodes = this.model.graph.nodes.flatMap((node): Node[] => {
      if (node.domain !== '') return [node]
      if (node.opType in floatForms) return this.layer(node)
      const [output = ''] = node.outputs
      const sum = this.sums.get(node.inputs[0] ?? '')
      // Gradients and noise pass where the sum is not cast to integers and back.
      if (node.opType === 'Cast' && sum !== undefined && integerOf(node.attributes.get('to'), 0) === float32Number) return [{ ...node, opType: 'Identity', inputs: [sum], attributes: new Map() }]
      if (node.opType !== 'DequantizeLinear' || outputs.has(output)) return [node]
      const constant = this.constantOf(node)
      if (constant === null) return [node]
      // Under its old name, which bodies of If and Loop may read too.
      this.initializers.set(output, this.initializers.get(constant)!)
      this.layers++
      return []
    })
    return withGraph(this.model, { nodes, initializers: this.initializers })
  }
}

/** True when a network has operators that round to codes. */
export const isQuantized = (model: Model): boolean =>
  model.graph.nodes.some(({ opType }) => opType in floatForms || opType === 'QuantizeLinear' || opType === 'DynamicQuantizeLinear' || opType === 'DequantizeLinear')

export function dequantizeWeights(model: Model, notes: string[]): Model {
  const work = new Dequantizer(model)
  const result = work.run()
  if (work.layers === 0) return model
  notes.push('The file has quantised weights; they are float32 here, so that arrays can hold them. Activations are quantised where the file does it, digitally.')
  return result
}
