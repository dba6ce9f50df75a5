import { describe, expect, it } from 'vitest'
import type { NumericTensor } from '../../../onnx/graph'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { checkGradient, ruleGradients, tolerance, values } from '../../testing/finite-differences'

const zeroPoints: [string, NumericTensor, number, number][] = [
  ['int8', { type: 'int8', dims: [], data: Int8Array.of(0) }, -128, 127],
  ['uint8', { type: 'uint8', dims: [], data: Uint8Array.of(100) }, -100, 155],
  ['int16', { type: 'int16', dims: [], data: Int16Array.of(0) }, -32768, 32767],
  ['uint16', { type: 'uint16', dims: [], data: Uint16Array.of(32768) }, -32768, 32767]
]

/** DequantizeLinear ∘ QuantizeLinear, with something between them. */
function pair(b: GraphBuilder, scale: string, zero: string, domain: string, between = (q: string) => q, secondScale = scale): string {
  const q = b.node('QuantizeLinear', ['x', scale, zero], {}, { domain })
  return b.node('DequantizeLinear', [between(q), secondScale, zero], {}, { domain })
}

const domains = ['', 'com.microsoft']
const usable = domains.flatMap((domain) => zeroPoints.filter(([type]) => domain !== '' || type.endsWith('int8')).map((row) => [domain, ...row] as const))

describe('straight-through gradient of a quantiser', () => {
  it.each(usable)('domain “%s”, %s: passes where the input is represented, stops where it is clipped', async (domain, _, zero, lowest, highest) => {
    const scale = 0.25
    const data = Float32Array.of(lowest, lowest - 0.4, lowest - 0.6, lowest - 50, highest, highest + 0.4, highest + 0.6, highest + 50, 0, 3.3).map((v) => v * scale)
    const { analytic, c } = await ruleGradients({
      inputs: { x: { dims: [10], data } },
      build: (b) => pair(b, b.scalar(scale), b.constant('zero', zero), domain)
    })
    const passes = [1, 1, 0, 0, 1, 1, 0, 0, 1, 1]
    expect(Array.from(analytic.x!)).toEqual(passes.map((pass, i) => pass * (c.data[i] ?? NaN)))
  })

  it('has a scale per channel', async () => {
    const { analytic, c } = await ruleGradients({
      inputs: { x: { dims: [1, 2, 2], data: Float32Array.of(100, 200, 100, 200) } },
      build: (b) => {
        const scale = b.constant('scale', { type: 'float32', dims: [2], data: Float32Array.of(1, 2) })
        return pair(b, scale, b.constant('zero', { type: 'int8', dims: [2], data: Int8Array.of(0, 0) }), '')
      }
    })
    expect(Array.from(analytic.x!)).toEqual([1, 0, 1, 1].map((pass, i) => pass * (c.data[i] ?? NaN)))
  })

  it('takes a scale that is a graph input as a constant', async () => {
    const { analytic, c } = await ruleGradients({
      inputs: { x: { dims: [2], data: Float32Array.of(100, 200) }, scale: { dims: [], data: Float32Array.of(1) } },
      check: ['x'],
      build: (b) => pair(b, 'scale', b.constant('zero', zeroPoints[0]![1]), 'com.microsoft')
    })
    expect(Array.from(analytic.x!)).toEqual([c.data[0], 0 * c.data[1]!])
  })

  it('goes through a rearrangement of the codes and a second scale', async () => {
    const { analytic, c } = await ruleGradients({
      inputs: { x: values([2, 3]) },
      build: (b) => pair(b, b.scalar(0.5), b.constant('zero', zeroPoints[0]![1]), '', (q) => b.node('Transpose', [q]), b.scalar(1.5))
    })
    const [c00, c01, c10, c11, c20, c21] = c.data
    expect(Array.from(analytic.x!)).toEqual([c00, c10, c20, c01, c11, c21].map((value) => Math.fround(3 * value!)))
  })

  it.each(usable)('domain “%s”, %s: a trained scale has the gradient of a learned step size', async (domain, _, zero, lowest, highest) => {
    const scale = 0.25
    const steps = [lowest - 50, lowest + 0.3, lowest - 0.4, 3.3, 7.8, highest - 0.2, highest + 0.4, highest + 50]
    const { analytic, c } = await ruleGradients({
      inputs: { x: { dims: [8], data: Float32Array.from(steps, (v) => v * scale) }, scale: { dims: [], data: Float32Array.of(scale) } },
      build: (b) => pair(b, 'scale', b.constant('zero', zero), domain)
    })
    // q − x/s where a code is rounded to, q where there is none.
    const slopes = [lowest, -0.3, 0.4, -0.3, 0.2, 0.2, -0.4, highest]
    const expected = slopes.reduce((sum, slope, i) => sum + slope * c.data[i]!, 0)
    // x in float32 steps of 0.25·2^-8 at 2^15 codes: differences of codes are off by 2^-8 at most.
    expect(Math.abs(analytic.scale![0]! - expected)).toBeLessThan(highest > 255 ? 2 ** -8 : tolerance)
  })

  it('refuses a trained scale whose codes are rearranged, or that differs from the quantiser’s', async () => {
    const inputs = { x: values([2, 3]), scale: { dims: [], data: Float32Array.of(0.5) } }
    const refused = (between?: (b: GraphBuilder, q: string) => string, second?: number) =>
      expect(
        ruleGradients({
          inputs,
          build: (b) => pair(b, second === undefined ? 'scale' : b.scalar(second), b.constant('zero', zeroPoints[0]![1]), '', (q) => between?.(b, q) ?? q, 'scale')
        })
      ).rejects.toMatchObject({ problem: { code: 'GRADIENT_UNSUPPORTED' } })
    await refused((b, q) => b.node('Transpose', [q]))
    await refused(undefined, 0.25)
  })

  it('a trained scale has the slope of the function itself where everything is clipped', async () => {
    // Far outside of the codes the output is ±127·s: smooth in s, so differences know its slope.
    await checkGradient({
      inputs: { x: { dims: [4], data: Float32Array.of(900, -900, 1200, -1500) }, scale: { dims: [], data: Float32Array.of(1) } },
      check: ['scale'],
      build: (b) => pair(b, 'scale', b.constant('zero', zeroPoints[0]![1]), 'com.microsoft')
    })
  })

  it('lets a tiled layer have the gradient of its ideal form where no partial sum is clipped', async () => {
    const layer = (quantised: boolean) => ({
      // Two row tiles of two channels each: partial sums of the tiles, converted, added.
      inputs: { x: values([2, 4, 4, 4], 1), w: values([6, 2, 3, 3], 2) },
      build(b: GraphBuilder): string {
        const partial = b.node('Conv', ['x', 'w'], { group: 2, kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
        const scale = b.scalar(0.1)
        const zero = b.constant('zero', zeroPoints[0]![1])
        const codes = quantised ? b.node('QuantizeLinear', [partial, scale, zero], {}, { domain: 'com.microsoft' }) : partial
        const converted = quantised ? b.node('DequantizeLinear', [codes, scale, zero], {}, { domain: 'com.microsoft' }) : partial
        const split = b.node('Reshape', [converted, b.ints([0, 2, 3, 4, 4])])
        return b.node('ReduceSum', [split, b.ints([1])], { keepdims: 0 })
      }
    })
    const [quantised, ideal] = await Promise.all([ruleGradients(layer(true)), ruleGradients(layer(false))])
    for (const name of ['x', 'w']) {
      const worst = Math.max(...quantised.analytic[name]!.map((value, i) => Math.abs(value - ideal.analytic[name]![i]!)))
      expect(worst, name).toBeLessThan(tolerance)
    }
  })
})
