import fc from 'fast-check'
import { describe, it } from 'vitest'
import { checkGradient, values } from '../../testing/finite-differences'

const axis = fc
  .record({ kernel: fc.integer({ min: 1, max: 3 }), stride: fc.integer({ min: 1, max: 3 }), dilation: fc.integer({ min: 1, max: 2 }), begin: fc.integer({ min: 0, max: 1 }), end: fc.integer({ min: 0, max: 1 }), extra: fc.integer({ min: 0, max: 2 }), size: fc.integer({ min: 2, max: 4 }) })
  .map((a) => ({ ...a, begin: Math.min(a.begin, a.kernel - 1), end: Math.min(a.end, a.kernel - 1), extra: Math.min(a.extra, a.stride - 1) }))
const any = fc.record({ batch: fc.integer({ min: 1, max: 2 }), group: fc.integer({ min: 1, max: 2 }), inputs: fc.integer({ min: 1, max: 3 }), outputs: fc.integer({ min: 1, max: 2 }), axes: fc.array(axis, { minLength: 1, maxLength: 2 }), bias: fc.boolean() })

describe('gradient of ConvTranspose', () => {
  it('equals finite differences for any group, stride, dilation, padding and output padding', async () => {
    await fc.assert(
      fc.asyncProperty(any, async ({ batch, group, inputs, outputs, axes, bias }) => {
        const kernel = axes.map((a) => a.kernel)
        const tensors = {
          x: values([batch, group * inputs, ...axes.map((a) => a.size)], 1), w: values([group * inputs, outputs, ...kernel], 2), ...(bias ? { b: values([group * outputs], 3) } : {})
        }
        await checkGradient({
          inputs: tensors,
          build: (b) => b.node('ConvTranspose', Object.keys(tensors), {
            group, kernel_shape: kernel, strides: axes.map((a) => a.stride), dilations: axes.map((a) => a.dilation), output_padding: axes.map((a) => a.extra),
            pads: [...axes.map((a) => a.begin), ...axes.map((a) => a.end)]
          })
        })
      }),
      { seed: 6, numRuns: 30 }
    )
  })

  const square = { x: values([2, 2, 3, 4], 1), w: values([2, 3, 3, 3], 2) }
  it.each(['SAME_UPPER', 'SAME_LOWER', 'VALID'])('honours auto_pad %s', async (autoPad) => {
    await checkGradient({ inputs: square, build: (b) => b.node('ConvTranspose', ['x', 'w'], { kernel_shape: [3, 3], strides: [2, 2], auto_pad: autoPad }) })
  })

  it.each([[[6, 8]], [[7, 7]], [[5, 9]]])('honours output_shape %j', async (shape) => {
    await checkGradient({ inputs: square, build: (b) => b.node('ConvTranspose', ['x', 'w'], { kernel_shape: [3, 3], strides: [2, 2], output_shape: shape }) })
  })
})
