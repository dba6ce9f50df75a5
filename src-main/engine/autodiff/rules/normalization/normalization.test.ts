import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { float, type GraphBuilder } from '../../../onnx/graph-builder'
import { checkGradient, ruleGradients, values } from '../../testing/finite-differences'

const epsilon = float(0.1)

describe('gradients of normalisations', () => {
  it.each(['cpu', 'directml'] as const)('LayerNormalization over any last axes, with and without β, for %s', async (provider) => {
    const anyLayer = fc.record({ shape: fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 1, maxLength: 3 }), back: fc.integer({ min: 1, max: 3 }), shift: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(anyLayer, async ({ shape, back, shift }) => {
        const axis = -Math.min(back, shape.length)
        const normal = shape.slice(axis)
        const inputs = { x: values(shape, 1, 2), scale: values(normal, 2), ...(shift ? { shift: values(normal, 3) } : {}) }
        const testCase = { inputs, provider, build: (b: GraphBuilder) => b.node('LayerNormalization', Object.keys(inputs), { axis, epsilon }) }
        await checkGradient(testCase)
        // DirectML has it with one output only.
        const outputs = (await ruleGradients(testCase)).nodes.find(({ opType }) => opType === 'LayerNormalization')!.outputs
        expect(outputs).toHaveLength(provider === 'cpu' ? 3 : 1)
      }),
      { seed: 4, numRuns: 15 }
    )
  })

  it('RMSNormalization', async () => {
    const inputs = { x: values([2, 3, 4], 1, 2), scale: values([4], 2) }
    await checkGradient({ inputs, opset: 23, build: (b) => b.node('RMSNormalization', Object.keys(inputs), { axis: -1, epsilon }) })
  })

  it.each([[[2, 3, 4]], [[2, 3, 2, 3]]])('InstanceNormalization of %j', async (shape) => {
    const inputs = { x: values(shape, 1, 2), scale: values([3], 2), shift: values([3], 3) }
    await checkGradient({ inputs, build: (b) => b.node('InstanceNormalization', Object.keys(inputs), { epsilon }) })
  })

  it.each([[1], [2], [4]])('GroupNormalization of %d groups', async (groups) => {
    const inputs = { x: values([2, 4, 2, 3], 1, 2), scale: values([4], 2), shift: values([4], 3) }
    await checkGradient({ inputs, build: (b) => b.node('GroupNormalization', Object.keys(inputs), { num_groups: groups, epsilon }), opset: 21 })
  })

  it.each([[[0, 2, 3]], [[1]], [[-1, -2]]])('MeanVarianceNormalization over %j', async (axes) => {
    await checkGradient({ inputs: { x: values([2, 3, 2, 3], 1, 2) }, build: (b) => b.node('MeanVarianceNormalization', ['x'], { axes }) })
  })

  it.each([[1], [3], [5]])('LRN over %d channels', async (size) => {
    await checkGradient({ inputs: { x: values([2, 5, 2, 2], 1, 2) }, build: (b) => b.node('LRN', ['x'], { size, alpha: float(0.7), beta: float(0.6), bias: float(1.5) }) })
  })
})
