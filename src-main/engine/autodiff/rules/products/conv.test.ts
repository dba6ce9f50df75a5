import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockedDomain, blockedLayout } from '../../../onnx/blocked-layout'
import type { AttributeShorthand, GraphBuilder } from '../../../onnx/graph-builder'
import { checkGradient, ruleGradients, values } from '../../testing/finite-differences'

const blockSize = await blockedLayout()

interface ConvCase {
  batch: number
  groups: number
  channels: number
  outputs: number
  size: readonly number[]
  kernel: readonly number[]
  strides: readonly number[]
  dilations: readonly number[]
  pads: readonly number[]
  bias: boolean
}

function convolution({ batch, groups, channels, outputs, size, kernel, strides, dilations, pads, bias }: ConvCase, autoPad?: string) {
  const inputs = {
    x: values([batch, groups * channels, ...size], 1),
    w: values([groups * outputs, channels, ...kernel], 2),
    ...(bias ? { b: values([groups * outputs], 3) } : {})
  }
  const geometry: Record<string, AttributeShorthand> = autoPad === undefined ? { pads } : { auto_pad: autoPad }
  return {
    inputs,
    build: (builder: GraphBuilder) => builder.node('Conv', Object.keys(inputs), { group: groups, kernel_shape: kernel, strides, dilations, ...geometry })
  }
}

/** A spatial axis on which the kernel fits at least once. */
const axis = fc
  .record({ kernel: fc.integer({ min: 1, max: 3 }), stride: fc.integer({ min: 1, max: 3 }), dilation: fc.integer({ min: 1, max: 2 }), begin: fc.integer({ min: 0, max: 2 }), end: fc.integer({ min: 0, max: 2 }), extra: fc.integer({ min: 0, max: 4 }) })
  .map((a) => ({ ...a, begin: Math.min(a.begin, a.kernel - 1), end: Math.min(a.end, a.kernel - 1) }))
  .map((a) => ({ ...a, size: Math.max(1, a.dilation * (a.kernel - 1) + 1 - a.begin - a.end) + a.extra }))

const anyConvolution = fc
  .record({ batch: fc.integer({ min: 1, max: 3 }), groups: fc.integer({ min: 1, max: 3 }), channels: fc.integer({ min: 1, max: 3 }), outputs: fc.integer({ min: 1, max: 3 }), axes: fc.array(axis, { minLength: 1, maxLength: 2 }), bias: fc.boolean() })
  .map(({ axes, ...rest }): ConvCase => ({
    ...rest,
    size: axes.map((a) => a.size),
    kernel: axes.map((a) => a.kernel),
    strides: axes.map((a) => a.stride),
    dilations: axes.map((a) => a.dilation),
    pads: [...axes.map((a) => a.begin), ...axes.map((a) => a.end)]
  }))

const square = { batch: 2, groups: 1, channels: 2, outputs: 3, size: [5, 6], kernel: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], bias: true }

describe('gradient of Conv', () => {
  it('equals finite differences for any group, stride, dilation and padding, in 1-D and 2-D', async () => {
    await fc.assert(fc.asyncProperty(anyConvolution, (shape) => checkGradient(convolution(shape))), { seed: 20_080_2400, numRuns: 30 })
  })

  it.each(['SAME_UPPER', 'SAME_LOWER', 'VALID'])('honours auto_pad %s', async (autoPad) => {
    await checkGradient(convolution({ ...square, strides: [2, 1], size: [6, 5], kernel: [3, 2] }, autoPad))
  })

  it('is right on the path of many channels (one product per tap, mirrored kernels)', async () => {
    await checkGradient(convolution({ ...square, channels: 9 }))
    await checkGradient(convolution({ ...square, channels: 9, groups: 2, dilations: [1, 2], pads: [0, 2, 1, 1] }))
  })

  it('is right for 1×1 kernels on few positions and on many', async () => {
    const small = { ...square, kernel: [1, 1], pads: [0, 0, 0, 0], channels: 8, outputs: 7 }
    await checkGradient(convolution({ ...small, size: [1, 2] }))
    await checkGradient(convolution({ ...small, size: [4, 5] }))
    await checkGradient(convolution({ ...small, size: [4, 2], strides: [2, 2] }))
  })

  it('is right for a depthwise convolution', async () => {
    await checkGradient(convolution({ ...square, groups: 6, channels: 1, outputs: 1 }))
    await checkGradient(convolution({ ...square, groups: 6, channels: 1, outputs: 2, strides: [2, 2] }))
    // A column of which the outer taps see nothing but padding; more rows than are computed together.
    await checkGradient(convolution({ ...square, groups: 3, channels: 1, outputs: 2, size: [4, 1] }))
    await checkGradient(convolution({ ...square, groups: 2, channels: 1, outputs: 1, size: [23, 3] }))
  })

  it.skipIf(blockSize === null)('equals finite differences in the blocked layout, where the products of ∂W are convolutions', async () => {
    const b = blockSize ?? 8
    // As many positions as fill blocks.
    const side = 4
    const blocked = fc.record({ kernel: fc.constantFrom([3, 3], [2, 3], [5, 1]), stride: fc.integer({ min: 1, max: 2 }), dilation: fc.integer({ min: 1, max: 2 }), begin: fc.integer({ min: 0, max: 2 }), outputs: fc.constantFrom(3, b), bias: fc.boolean() })
    await fc.assert(fc.asyncProperty(blocked, async ({ kernel, stride, dilation, begin, outputs, bias }) => {
      const size = kernel.map((taps) => Math.max(1, stride * (side - 1) + dilation * (taps - 1) + 1 - begin))
      const end = kernel.map((taps, axis) => stride * (side - 1) + dilation * (taps - 1) + 1 - begin - size[axis]!)
      const testCase = { ...convolution({ ...square, channels: 2 * b, outputs, size, kernel, strides: [stride, stride], dilations: [dilation, dilation], pads: [begin, begin, ...end], bias }), blockSize: b }
      await checkGradient(testCase)
      const products = (await ruleGradients(testCase)).nodes.filter(({ domain, attributes }) => domain === blockedDomain && JSON.stringify(attributes.get('kernel_shape')) === '{"kind":"ints","value":[1,1]}')
      expect(products).toHaveLength(kernel[0]! * kernel[1]!)
    }), { numRuns: 12 })
  })

  it.skipIf(blockSize === null)('has blocked convolutions backwards as forwards, and usual products of ∂W where positions do not fill blocks', async () => {
    const b = blockSize ?? 8
    const weights = { first: values([b, b, 3, 3], 2), second: values([b, b, 3, 3], 3) }
    const layer = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }
    const testCase = {
      inputs: { x: values([1, b, 5, 5], 1), ...weights }, blockSize: b,
      build: (builder: GraphBuilder) => builder.node('Conv', [builder.node('Conv', ['x', 'first'], layer), 'second'], layer)
    }
    await checkGradient(testCase)
    const { nodes } = await ruleGradients(testCase)
    const count = (opType: string, domain: string): number => nodes.filter((node) => node.opType === opType && node.domain === domain).length
    // Two layers, and ∂X of each.
    expect({ blocked: count('Conv', blockedDomain), usual: count('Conv', '') + count('ConvTranspose', ''), products: count('Gemm', '') }).toEqual({ blocked: 4, usual: 0, products: 2 * 9 })
  })

  it('is right where padding exceeds the kernel', async () => {
    await checkGradient(convolution({ ...square, channels: 9, pads: [3, 0, 2, 4] }))
  })

  it('computes no input gradient where none is needed', async () => {
    const testCase = { ...convolution({ ...square, strides: [2, 2] }), check: ['w', 'b'] }
    await checkGradient(testCase)
    const operators = (await ruleGradients(testCase)).nodes.map((node) => node.opType)
    expect(operators).toContain('ReduceSum')
    expect(operators).not.toContain('ConvTranspose')
  })
})
