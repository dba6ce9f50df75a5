import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/graph-builder'
import { createSession, runFloat } from '../onnx/session'
import { apart, checkGradient, modelOf, values, type FloatValue } from '../autodiff/testing/finite-differences'
import { converterCodes, emitConverter, stepsToFullScale, type ChannelFactors, type ConverterCodeKind } from './converters'
import { emitLearntConverter } from './learnt-converter'

const kinds: [number, boolean, ConverterCodeKind][] = [2, 4, 8, 11, 16].flatMap((bits) =>
  (['twos-complement', 'sign-magnitude', 'mid-rise'] as const).flatMap((kind): [number, boolean, ConverterCodeKind][] => [[bits, true, kind], [bits, false, kind]])
)
const channels: ChannelFactors = { factors: Float32Array.of(1, 0.25, 2), dims: [1, 3] }

async function outputs(x: FloatValue, emit: (builder: GraphBuilder) => string): Promise<Float32Array> {
  const builder = new GraphBuilder('converter')
  builder.input({ name: 'x', type: 'float32', shape: x.dims })
  const y = emit(builder)
  builder.output({ name: y, type: 'float32', shape: x.dims })
  const session = await createSession(modelOf(builder.build()))
  try {
    return (await runFloat(session, { x }))[y]!.data
  } finally {
    await session.release()
  }
}

describe('a converter whose step is learnt', () => {
  it.each(kinds)('%i bits, signed %s, %s: puts out what the converter with that range does', async (bits, signed, kind) => {
    const x = values([500, 3], 1, 3)
    const range = { maximum: 1.3, signed }
    const codes = converterCodes(bits, range, kind)
    for (const own of [null, channels]) {
      const given = await outputs(x, (builder) => emitConverter(builder, 'x', bits, range, kind, own))
      const learnt = await outputs(x, (builder) => emitLearntConverter(builder, 'x', bits, codes, builder.scalar(codes.step), own))
      // Equal but for the rounding of the arithmetic around the codes, and for values so near to a tie that it decides: those are a step apart.
      const largest = (own === null ? 1 : 2) * range.maximum
      const others = learnt.filter((value, i) => Math.abs(value - given[i]!) > 1e-6 * largest)
      expect(others.length).toBeLessThanOrEqual(bits > 8 ? x.data.length / 20 : 2)
    }
  })

  it('has its full scale so many steps away', () => {
    for (const [bits, signed, kind] of kinds) {
      const range = { maximum: 0.9, signed }
      expect(stepsToFullScale(bits, range, kind) * converterCodes(bits, range, kind).step).toBeCloseTo(range.maximum, 6)
    }
  })

  // With steps of 2^-15 of the range the output is the input, clipped: differences know its slope by the range.
  it.each([[true, null], [false, null], [true, channels], [false, channels]] as const)('signed %s, channels %o: 16 bits have the slope of clipping by the full scale', async (signed, own) => {
    const range = { maximum: 1, signed }
    for (const kind of ['twos-complement', 'mid-rise'] as const) {
      const codes = converterCodes(16, range, kind)
      const steps = stepsToFullScale(16, range, kind)
      await checkGradient({
        // 0.9375 is half-way between two values of `apart`; with its factors too.
        inputs: { x: { ...apart([8, 3]), data: apart([8, 3]).data.map((value, i) => value * (own?.factors[i % 3] ?? 1)) }, fullScale: { dims: [], data: Float32Array.of(0.9375) } },
        check: ['fullScale'],
        build: (builder) => emitLearntConverter(builder, 'x', 16, codes, builder.node('Mul', ['fullScale', builder.scalar(1 / steps)]), own)
      })
    }
  })
})
