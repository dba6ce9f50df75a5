import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { readModel } from './codec'
import { workingOpset, type Model } from './graph'
import { GraphBuilder } from './graph-builder'
import { createSession, runFloat, runtimeMessage } from './session'

/** x → quantised to 8 bits → MatMul with w → quantised: what ONNX Runtime would take for a quantised network. */
function quantizedProduct(): Model {
  const builder = new GraphBuilder('quantised')
  const zero = builder.constant('zero', { type: 'uint8', dims: [], data: Uint8Array.of(0) })
  const pair = (value: string, output?: string): string =>
    builder.node('DequantizeLinear', [builder.node('QuantizeLinear', [value, builder.scalar(0.25), zero]), builder.scalar(0.25), zero], {}, output === undefined ? {} : { output })
  builder.input({ name: 'x', type: 'float32', shape: ['N', 2] })
  const weight = builder.constant('w', { type: 'uint8', dims: [2, 2], data: Uint8Array.of(1, 2, 3, 4) })
  const weights = builder.node('DequantizeLinear', [weight, builder.scalar(0.5), zero])
  pair(builder.node('MatMul', [pair('x'), weights]), 'y')
  builder.output({ name: 'y', type: 'float32', shape: ['N', 2] })
  return { irVersion: 8, producer: '', opsets: new Map([['', workingOpset]]), graph: builder.build(), metadata: new Map(), functions: [] }
}

describe('session', () => {
  it('leaves converters alone: no product becomes an integer product', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'acim-session-test-'))
    const optimizedModelFile = join(folder, 'optimized.onnx')
    const session = await createSession(quantizedProduct(), { optimization: 'extended', optimizedModelFile })
    expect(await runFloat(session, { x: { dims: [1, 2], data: Float32Array.of(1.1, 2) } })).toEqual({ y: { dims: [1, 2], data: Float32Array.of(3.5, 5) } })
    await session.release()
    const operators = readModel(readFileSync(optimizedModelFile)).graph.nodes.map((node) => node.opType)
    expect(operators).toEqual(['QuantizeLinear', 'DequantizeLinear', 'MatMul', 'QuantizeLinear', 'DequantizeLinear'])
    rmSync(folder, { recursive: true })
  })
  it('exposes asked-for values', async () => {
    const model = quantizedProduct()
    const inner = model.graph.nodes.find((node) => node.opType === 'MatMul')!.outputs[0]!
    const session = await createSession(model, { outputs: [inner], optimization: 'disabled' })
    expect(session.outputNames).toEqual([inner])
    await session.release()
  })
  it('turns native errors into problems', async () => {
    const failure = await createSession(Uint8Array.of(1, 2, 3)).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(ProblemError)
    expect((failure as ProblemError).problem.code).toBe('MODEL_RUNTIME_REJECTED')
  })
  it('shortens native messages', () => {
    expect(runtimeMessage(new Error('/src/onnxruntime/core/x.cc:12 void onnxruntime::f(const std::string&, int) Opset 40 is new'))).toBe('Opset 40 is new')
  })
})
