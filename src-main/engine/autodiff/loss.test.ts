import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/graph-builder'
import { createSession, runSession } from '../onnx/session'
import { meanSquareError, relativeSquareError } from './loss'
import { modelOf } from './testing/finite-differences'

/** float32 rounding of sums of 24 terms of size about 1. */
const roundingTolerance = 2e-6

const dims = [2, 3, 4]
const y = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i))
const t = Float32Array.from({ length: 24 }, (_, i) => 3 * Math.cos(2 * i) + 0.5)

async function lossOf(make: typeof meanSquareError): Promise<{ loss: number; gradient: Float32Array }> {
  const builder = new GraphBuilder('loss')
  for (const name of ['y', 't']) builder.input({ name, type: 'float32', shape: dims })
  const { loss, gradient } = make(builder, 'y', 't', 24)
  builder.output({ name: loss, type: 'float32', shape: [] })
  builder.output({ name: gradient, type: 'float32', shape: dims })
  const session = await createSession(modelOf(builder.build()))
  const results = await runSession(session, { y: new ort.Tensor('float32', y, dims), t: new ort.Tensor('float32', t, dims) })
  await session.release()
  return { loss: ((results[loss] as ort.Tensor).data as Float32Array)[0]!, gradient: (results[gradient] as ort.Tensor).data as Float32Array }
}

const error = y.reduce((sum, value, i) => sum + (value - t[i]!) ** 2, 0)
const energy = t.reduce((sum, value) => sum + value ** 2, 0)

describe('square errors', () => {
  it.each([['mean', meanSquareError, 24], ['relative', relativeSquareError, energy]] as const)('%s: the closed form and its gradient', async (_, make, divisor) => {
    const { loss, gradient } = await lossOf(make)
    expect(Math.abs(loss - error / divisor)).toBeLessThan(roundingTolerance * loss)
    const worst = Math.max(...gradient.map((value, i) => Math.abs(value - (2 * (y[i]! - t[i]!)) / divisor)))
    expect(worst).toBeLessThan(roundingTolerance)
  })
})
