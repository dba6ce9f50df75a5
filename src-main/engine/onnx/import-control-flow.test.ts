/** If, Loop and Scan: they run, they stay digital, and the report says why. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeModel } from './codec'
import { elementCount, workingOpset, type AttributeValue, type Graph, type Model, type Node, type NumericTensor, type Tensor, type ValueInfo } from './graph'
import { GraphBuilder } from './graph-builder'
import { importNetwork } from './import'
import { inspectNetwork } from './inspect'
import { sampleInput } from './sample-input'
import { createSession } from './session'
import { evaluate, importTolerance, relativeDifference } from './verify'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'acim-control-test-')) })
afterAll(() => rmSync(folder, { recursive: true }))

const floats = (dims: number[], seed: number): NumericTensor => ({ type: 'float32', dims, data: sampleInput([elementCount(dims)], seed, 1).data.map((value) => value - 0.5) })
const node = (opType: string, inputs: string[], outputs: string[], attributes: Record<string, AttributeValue> = {}): Node =>
  ({ name: '', opType, domain: '', inputs, outputs, attributes: new Map(Object.entries(attributes)) })
const graph = (inputs: ValueInfo[], nodes: Node[], outputs: string[], initializers: Record<string, Tensor> = {}): AttributeValue => ({
  kind: 'graph', value: { name: 'inner', inputs, nodes, outputs: outputs.map((name) => ({ name, type: name === 'going' ? 'bool' : 'float32', shape: null })), initializers: new Map(Object.entries(initializers)) } satisfies Graph
})
const value = (name: string, type: ValueInfo['type'], shape: ValueInfo['shape']): ValueInfo => ({ name, type, shape })

/** x [1, 4] → the operator → a product with [4, 3]. */
function modelWith(build: (builder: GraphBuilder) => string): Model {
  const builder = new GraphBuilder('control flow')
  builder.input(value('x', 'float32', [1, 4]))
  builder.node('MatMul', [build(builder), builder.constant('w', floats([4, 3], 1))], {}, { output: 'y' })
  builder.output(value('y', 'float32', [1, 3]))
  return { irVersion: 8, producer: 'test', opsets: new Map([['', workingOpset]]), graph: builder.build(), metadata: new Map(), functions: [] }
}

const operators: Record<string, (builder: GraphBuilder) => string> = {
  If: (builder) => builder.node('If', [builder.node('Greater', [builder.node('ReduceMax', ['x'], { keepdims: 0 }), builder.scalar(0.5)])], {
    then_branch: graph([], [node('MatMul', ['x', 'inner'], ['p'])], ['p'], { inner: floats([4, 4], 2) }), else_branch: graph([], [node('Neg', ['x'], ['q'])], ['q'])
  }),
  // Three times: state ← tanh(state · inner).
  Loop: (builder) => builder.node('Loop', [builder.constant('count', { type: 'int64', dims: [], data: BigInt64Array.of(3n) }), '', 'x'], {
    body: graph([value('step', 'int64', []), value('on', 'bool', []), value('state', 'float32', [1, 4])],
      [node('Identity', ['on'], ['going']), node('MatMul', ['state', 'inner'], ['m']), node('Tanh', ['m'], ['next'])], ['going', 'next'], { inner: floats([4, 4], 3) })
  }),
  // Running sums of the numbers of x, scaled.
  Scan: (builder) => {
    const [, sums] = builder.multi('Scan', [builder.constant('start', floats([1], 4)), builder.node('Transpose', ['x'])], ['last', 'sums'], {
      num_scan_inputs: 1,
      body: graph([value('sum', 'float32', [1]), value('one', 'float32', [1])], [node('Add', ['sum', 'one'], ['next']), node('Mul', ['next', 'factor'], ['shown'])], ['next', 'shown'], { factor: floats([1], 5) })
    })
    return builder.node('Transpose', [sums!])
  }
}

describe('control flow', () => {
  it.each(Object.keys(operators))('%s stays digital, with the reason, and computes what the file computes', async (opType) => {
    const model = modelWith(operators[opType]!)
    const file = join(folder, `${opType}.onnx`)
    writeFileSync(file, writeModel(model))
    const network = await importNetwork(file)
    const reported = network.report.nodes.find((each) => each.opType === opType)
    expect(reported).toMatchObject({ placement: 'digital', reason: expect.stringContaining(`${opType} runs the graphs inside it as a whole`) as string })
    expect(network.report.nodes.filter(({ placement }) => placement === 'analog').map((each) => each.opType)).toEqual(['MatMul'])
    const run = async (each: Model) => {
      const session = await createSession(each)
      const results: number[] = []
      // Both branches of the If are taken by some of the samples.
      for (let sample = 0; sample < 8; sample++) results.push(...(await evaluate(session, 'x', 'y', [4], sample, 1, 'test')))
      await session.release()
      return Float64Array.from(results)
    }
    expect(relativeDifference(await run(model), await run(network.model))).toBeLessThanOrEqual(importTolerance)
  })

  it('an operator of another maker inside a graph is refused by name, and shown', async () => {
    const file = join(folder, 'custom.onnx')
    const custom: Node = { ...node('Polar', ['x'], ['p']), domain: 'com.acme' }
    writeFileSync(file, writeModel(modelWith((builder) => builder.node('If', [builder.node('Greater', [builder.node('ReduceMax', ['x'], { keepdims: 0 }), builder.scalar(0.5)])], {
      then_branch: graph([], [custom], ['p']), else_branch: graph([], [node('Neg', ['x'], ['q'])], ['q'])
    }))))
    await expect(importNetwork(file)).rejects.toMatchObject({ problem: { code: 'MODEL_OPERATOR_UNSUPPORTED', message: expect.stringContaining('com.acme.Polar') as string } })
    expect((await inspectNetwork(file)).notes[0]).toContain('com.acme.Polar')
  })
})
