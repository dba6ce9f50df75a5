import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProblemError, type ProblemCode } from '@shared/problems'
import { readModel, writeModel, writeModelWithOffsets } from './codec'
import { elementCount, workingOpset, type AttributeValue, type Graph, type Model, type ModelFunction, type Node, type NumericType, type Tensor } from './graph'
import { numericTensor } from './element-types'
import { WireWriter } from './wire-writer'
import { createSession, floatTensor } from './session'

const word = fc.string({ minLength: 1, maxLength: 8 })
const numericTypes: NumericType[] = ['float32', 'float64', 'int64', 'int32', 'int16', 'int8', 'uint8', 'uint16', 'uint32', 'uint64', 'bool']
const widths: Record<NumericType, number> = {
  float32: 4, float64: 8, int64: 8, int32: 4, int16: 2, int8: 1, uint8: 1, uint16: 2, uint32: 4, uint64: 8, bool: 1
}
const dims = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 })
const tensor: fc.Arbitrary<Tensor> = fc.oneof(
  fc.tuple(fc.constantFrom(...numericTypes), dims).chain(([type, shape]) => {
    const length = elementCount(shape) * widths[type]
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => numericTensor(type, shape, bytes))
  }),
  dims.chain((shape) => {
    const length = elementCount(shape) * 2
    return fc.uint8Array({ minLength: length, maxLength: length }).map((raw): Tensor => ({ type: 'float16', dims: shape, onnxType: 10, raw }))
  }),
  fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 3 }).map((raw): Tensor => ({ type: 'string', dims: [raw.length], onnxType: 8, raw }))
)
const whole = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2 ** 63, -(2 ** 63), 0, -1, 127, 128))
const attribute = (graph: fc.Arbitrary<Graph> | null): fc.Arbitrary<AttributeValue> => {
  const kinds: fc.Arbitrary<AttributeValue>[] = [
    whole.map((value): AttributeValue => ({ kind: 'int', value })),
    fc.float().map((value): AttributeValue => ({ kind: 'float', value })),
    fc.string().map((value): AttributeValue => ({ kind: 'string', value })),
    fc.array(whole).map((value): AttributeValue => ({ kind: 'ints', value })),
    fc.array(fc.float()).map((value): AttributeValue => ({ kind: 'floats', value })),
    fc.array(fc.string()).map((value): AttributeValue => ({ kind: 'strings', value })),
    tensor.map((value): AttributeValue => ({ kind: 'tensor', value }))
  ]
  if (graph !== null) kinds.push(graph.map((value): AttributeValue => ({ kind: 'graph', value })))
  return fc.oneof(...kinds)
}
const graphOf = (inner: fc.Arbitrary<Graph> | null): fc.Arbitrary<Graph> => {
  const node: fc.Arbitrary<Node> = fc.record({
    name: fc.string({ maxLength: 5 }), opType: word, domain: fc.constantFrom('', 'com.example'), inputs: fc.array(fc.string({ maxLength: 4 }), { maxLength: 3 }),
    outputs: fc.array(fc.string({ maxLength: 4 }), { maxLength: 3 }),
    attributes: fc.uniqueArray(fc.tuple(word, attribute(inner)), { maxLength: 4, selector: ([key]) => key }).map((entries) => new Map(entries))
  })
  const info = fc.record({
    name: word, type: fc.constantFrom('float32' as const, 'int64' as const, 'float16' as const),
    shape: fc.option(fc.array(fc.oneof(fc.nat(), fc.string({ maxLength: 4 })), { maxLength: 4 }))
  })
  return fc.record({
    name: word, nodes: fc.array(node, { maxLength: 4 }), inputs: fc.array(info, { maxLength: 2 }), outputs: fc.array(info, { maxLength: 2 }),
    initializers: fc.uniqueArray(fc.tuple(word, tensor), { maxLength: 4, selector: ([key]) => key }).map((entries) => new Map(entries))
  })
}
const nodes = graphOf(null).map((each) => each.nodes)
/** As the body of a function has them: some attributes refer to the call's. */
const body: fc.Arbitrary<Node[]> = fc.tuple(nodes, fc.array(fc.tuple(word, word, fc.integer({ min: 1, max: 14 })), { maxLength: 2 })).map(([plain, references]) =>
  plain.map((each) => ({ ...each, attributes: new Map<string, AttributeValue>([...each.attributes, ...references.map(([key, name, type]) => [key, { kind: 'reference', name, type }] as const)]) })))
const names = fc.array(fc.string({ maxLength: 4 }), { maxLength: 3 })
const attributes = (inner: fc.Arbitrary<Graph> | null) => fc.uniqueArray(fc.tuple(word, attribute(inner)), { maxLength: 3, selector: ([key]) => key }).map((entries) => new Map(entries))
const modelFunction: fc.Arbitrary<ModelFunction> = fc.record({
  name: fc.string({ maxLength: 5 }), domain: fc.constantFrom('', 'com.example'), overload: fc.constantFrom('', 'other'), inputs: names, outputs: names, attributes: names,
  defaults: attributes(graphOf(null)), nodes: body, opsets: fc.integer({ min: 1, max: 30 }).map((version) => new Map([['', version]]))
})
const model: fc.Arbitrary<Model> = fc.record({
  irVersion: fc.integer({ min: 1, max: 13 }), producer: fc.string(), opsets: fc.integer({ min: 1, max: 30 }).map((version) => new Map([['', version]])),
  graph: graphOf(graphOf(null)), metadata: fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { maxLength: 2, selector: ([key]) => key }).map((entries) => new Map(entries)),
  functions: fc.array(modelFunction, { maxLength: 2 })
})

/** The code of the problem that reading ends with; any other error fails the test. */
function problemOf(bytes: Uint8Array): ProblemCode | 'none' {
  try {
    readModel(bytes)
    return 'none'
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem.code
    throw thrown
  }
}

const small: Model = {
  irVersion: 8, producer: 'test', opsets: new Map([['', workingOpset]]), metadata: new Map(), functions: [],
  graph: {
    name: 'small', inputs: [{ name: 'x', type: 'float32', shape: ['N', 2] }], outputs: [{ name: 'y', type: 'float32', shape: ['N', 2] }],
    initializers: new Map([['w', { type: 'float32', dims: [2], data: Float32Array.of(3, 5) }]]),
    nodes: [{ name: 'scale', opType: 'Mul', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes: new Map() }]
  }
}

describe('round trip', () => {
  it('gives back every random model', () => {
    fc.assert(fc.property(model, (original) => {
      expect(readModel(writeModel(original))).toEqual(original)
    }), { numRuns: 200 })
  })

  it('keeps attributes without a form of their own byte for byte', () => {
    const raw = new WireWriter()
    raw.string(1, 'subscript')
    raw.content(15, Uint8Array.of(1, 2, 3))
    raw.int(20, 14)
    const bytes = raw.finish()
    const node: Node = { name: 'n', opType: 'Optional', domain: '', inputs: [], outputs: ['o'], attributes: new Map([['subscript', { kind: 'other', raw: bytes }]]) }
    const back = readModel(writeModel({ ...small, graph: { ...small.graph, nodes: [node] } }))
    expect(back.graph.nodes[0]?.attributes.get('subscript')).toEqual({ kind: 'other', raw: bytes })
  })

  it('reads int64 beyond 2^53 exactly in tensors and keeps such attributes', () => {
    const data = BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n)
    const graph: Graph = { ...small.graph, initializers: new Map<string, Tensor>([['w', { type: 'int64', dims: [3], data }]]) }
    expect(readModel(writeModel({ ...small, graph })).graph.initializers.get('w')).toEqual({ type: 'int64', dims: [3], data })
  })
})

describe('typed data', () => {
  const withTensor = (fill: (tensor: WireWriter) => void): Tensor | undefined => {
    const tensorWriter = new WireWriter()
    fill(tensorWriter)
    tensorWriter.string(8, 't')
    const graph = new WireWriter()
    graph.message(5, tensorWriter)
    const opset = new WireWriter()
    opset.int(2, 13)
    const writer = new WireWriter()
    writer.int(1, 7)
    writer.message(7, graph)
    writer.message(8, opset)
    return readModel(writer.finish()).graph.initializers.get('t')
  }
  it('reads float_data packed and one by one', () => {
    expect(withTensor((t) => { t.ints(1, [2]); t.int(2, 1); t.floats(4, [1.5, -2]) })).toEqual({ type: 'float32', dims: [2], data: Float32Array.of(1.5, -2) })
    expect(withTensor((t) => { t.int(1, 2); t.int(2, 1); t.float(4, 1.5); t.float(4, -2) })).toEqual({ type: 'float32', dims: [2], data: Float32Array.of(1.5, -2) })
  })
  it('reads int32_data, int64_data, uint64_data, double_data', () => {
    expect(withTensor((t) => { t.ints(1, [2]); t.int(2, 3); t.ints(5, [-1, 7]) })).toEqual({ type: 'int8', dims: [2], data: Int8Array.of(-1, 7) })
    expect(withTensor((t) => { t.ints(1, [2]); t.int(2, 6); t.ints(5, [-1, 7]) })).toEqual({ type: 'int32', dims: [2], data: Int32Array.of(-1, 7) })
    expect(withTensor((t) => { t.ints(1, [1]); t.int(2, 10); t.ints(5, [0x3c00]) })).toEqual({ type: 'float16', dims: [1], onnxType: 10, raw: Uint8Array.of(0, 0x3c) })
    expect(withTensor((t) => { t.ints(1, [2]); t.int(2, 7); t.ints(7, [-5, 2 ** 40]) })).toEqual({ type: 'int64', dims: [2], data: BigInt64Array.of(-5n, 2n ** 40n) })
    expect(withTensor((t) => { t.ints(1, [1]); t.int(2, 12); t.ints(11, [4000000000]) })).toEqual({ type: 'uint32', dims: [1], data: Uint32Array.of(4000000000) })
    expect(withTensor((t) => { t.ints(1, [1]); t.int(2, 11); t.content(10, new Uint8Array(Float64Array.of(0.1).buffer)) })).toEqual({ type: 'float64', dims: [1], data: Float64Array.of(0.1) })
  })
  it('rejects contents that do not fit the shape', () => {
    expect(() => withTensor((t) => { t.ints(1, [3]); t.int(2, 1); t.floats(4, [1]) })).toThrow(/needs 12 bytes, found 4/)
    expect(() => withTensor((t) => { t.ints(1, [-3]); t.int(2, 1) })).toThrow(/shape/)
    expect(() => withTensor((t) => { t.ints(1, [2 ** 40, 2 ** 40]); t.int(2, 1) })).toThrow(/shape/)
    expect(() => withTensor((t) => { t.ints(1, [0]); t.int(2, 99) })).toThrow(/element type 99/)
  })
})

describe('offsets', () => {
  it('say where raw_data lies, so that a patched weight changes the result', async () => {
    const { bytes, offsets } = writeModelWithOffsets(small)
    const place = offsets.get('w')
    expect(place?.length).toBe(8)
    bytes.set(new Uint8Array(Float32Array.of(10, 20).buffer), place!.offset)
    const session = await createSession(bytes)
    const { y } = await session.run({ x: floatTensor({ dims: [1, 2], data: Float32Array.of(1, 1) }) })
    expect(y?.data).toEqual(Float32Array.of(10, 20))
    await session.release()
  })
  it('are right for every initialiser of random models', () => {
    fc.assert(fc.property(model, (original) => {
      const { bytes, offsets } = writeModelWithOffsets(original)
      for (const [name, value] of original.graph.initializers) {
        const place = offsets.get(name)
        if (value.type === 'string') expect(place).toBeUndefined()
        else expect(readSlice(bytes, place!)).toEqual('data' in value ? new Uint8Array(value.data.buffer) : value.raw)
      }
    }), { numRuns: 100 })
  })
})
const readSlice = (bytes: Uint8Array, place: { offset: number; length: number }): Uint8Array => bytes.slice(place.offset, place.offset + place.length)

describe('hostile bytes', () => {
  const encoder = new TextEncoder()
  it.each<[string, Uint8Array, ProblemCode]>([
    ['empty', new Uint8Array(0), 'MODEL_NOT_ONNX'],
    ['text', encoder.encode('This is not a model.\n'), 'MODEL_NOT_ONNX'],
    ['json', encoder.encode('{"a": 1}'), 'MODEL_NOT_ONNX'],
    ['zip', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'MODEL_NOT_ONNX'],
    ['a TensorProto', Uint8Array.of(8, 3, 16, 1, 0x4a, 0), 'MODEL_NOT_ONNX'],
    ['zeros', new Uint8Array(100), 'MODEL_NOT_ONNX'],
    ['no graph', Uint8Array.of(8, 7), 'MODEL_TRUNCATED'],
    ['another structure behind', Uint8Array.from([...writeModel(small), 0x0b]), 'MODEL_INVALID']
  ])('%s', (_, bytes, code) => {
    expect(problemOf(bytes)).toBe(code)
  })
  it('calls every cut model truncated', () => {
    const bytes = writeModel({ ...small, producer: '' })
    for (let length = 2; length < bytes.length; length++) expect([length, problemOf(bytes.subarray(0, length))]).toEqual([length, 'MODEL_TRUNCATED'])
  })
  it('random bytes are no model', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(problemOf(bytes)).not.toBe('none')
    }), { numRuns: 1000 })
  })
  it('a changed byte gives a problem or a model, never another error', () => {
    fc.assert(fc.property(model, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }), (original, changes) => {
      const bytes = writeModel(original)
      for (const [position, value] of changes) bytes[position % bytes.length] = value
      problemOf(bytes)
    }), { numRuns: 1000 })
  })
  it('limits nesting', () => {
    let graph = new WireWriter()
    for (let level = 0; level < 200; level++) {
      const attribute = new WireWriter()
      attribute.string(1, 'body')
      attribute.message(6, graph)
      attribute.int(20, 5)
      const node = new WireWriter()
      node.string(4, 'Loop')
      node.message(5, attribute)
      graph = new WireWriter()
      graph.message(1, node)
    }
    const writer = new WireWriter()
    writer.int(1, 7)
    writer.message(7, graph)
    writer.message(8, new WireWriter())
    expect(() => readModel(writer.finish())).toThrow(/inside one another/)
  })
  it('text that is not UTF-8 in a name is a problem', () => {
    const graph = new WireWriter()
    graph.content(2, Uint8Array.of(0xff, 0xfe))
    const writer = new WireWriter()
    writer.int(1, 7)
    writer.message(7, graph)
    writer.message(8, new WireWriter())
    expect(problemOf(writer.finish())).toBe('MODEL_INVALID')
  })
})

const thirdParty = join(import.meta.dirname, '../../../../shared/models')
describe.skipIf(!existsSync(thirdParty))('networks from elsewhere', () => {
  const files = existsSync(thirdParty) ? readdirSync(thirdParty).filter((name) => name.endsWith('.onnx')) : []
  it.each(files)('%s survives a round trip and runs', async (file) => {
    const original = readModel(readFileSync(join(thirdParty, file)))
    expect(readModel(writeModel(original))).toEqual(original)
    await (await createSession(original)).release()
  })
})
