import { describe, expect, it } from 'vitest'
import type { Model } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import { createSession, runFloat } from '../onnx/session'
import { fillUniform } from '../random/streams'
import { converterCodes, emitConverter } from './converters'

const count = 4096
/** An output is code·Δ in float32 and is divided by Δ again here: two roundings of 2⁻²⁴. */
const floatRounding = 2 ** -23

async function convert(values: Float32Array, bits: number, signed: boolean, maximum: number): Promise<Float32Array> {
  const builder = new GraphBuilder('converter')
  builder.input({ name: 'x', type: 'float32', shape: [values.length] })
  const y = emitConverter(builder, 'x', bits, { maximum, signed })
  builder.output({ name: y, type: 'float32', shape: [values.length] })
  const model: Model = { irVersion: 8, producer: '', opsets: new Map([['', 17], ['com.microsoft', 1]]), graph: builder.build(), metadata: new Map(), functions: [] }
  const session = await createSession(model)
  try {
    return (await runFloat(session, { x: { dims: [values.length], data: values } }))[y]!.data
  } finally {
    await session.release()
  }
}

/** Round half to even. */
const roundEven = (x: number): number => {
  const floor = Math.floor(x)
  const rest = x - floor
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1
}

describe('emitConverter', () => {
  const values = new Float32Array(count)
  fillUniform(values, { seed: 3, purpose: 'synthetic' })
  for (let i = 0; i < count; i++) values[i]! *= 3

  it.each([2, 3, 4, 7, 8, 9, 12, 16].flatMap((bits) => [[bits, true] as const, [bits, false] as const]))(
    '%i bits, signed %s: every output is the nearest level',
    async (bits, signed) => {
      const maximum = 2
      const { lowest, highest, step } = converterCodes(bits, { maximum, signed })
      expect(highest - lowest + 1).toBe(2 ** bits)
      const outputs = await convert(values, bits, signed, maximum)
      let ties = 0
      for (let i = 0; i < count; i++) {
        const code = Math.min(highest, Math.max(lowest, roundEven(values[i]! / step)))
        const found = outputs[i]! / step
        // The runtime divides in float32, so a value within rounding of a tie may go either way.
        const distanceToTie = Math.abs(Math.abs(values[i]! / step - Math.floor(values[i]! / step)) - 0.5)
        if (distanceToTie < 2 ** -24 * (Math.abs(values[i]! / step) + 1) * 2) ties++
        else expect(Math.abs(found - code)).toBeLessThanOrEqual(floatRounding * (Math.abs(code) + 1))
      }
      expect(ties).toBeLessThan(count / 10)
    }
  )

  it('rounds half to even, keeps zero, and saturates', async () => {
    // Full scale 7 at 4 bits: Δ = 1, codes −8 … 7.
    const found = await convert(Float32Array.of(0, 0.5, 1.5, 2.5, -0.5, -1.5, 6.6, 7.4, 100, -7.9, -100), 4, true, 7)
    expect([...found]).toEqual([0, 0, 2, 2, -0, -2, 7, 7, 7, -8, -8].map((x) => x + 0))
  })
})
