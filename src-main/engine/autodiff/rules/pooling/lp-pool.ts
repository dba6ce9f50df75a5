/**
 * LpPool and GlobalLpPool: Y = (Σ |X|^p)^(1/p) over a window, or over all positions.
 *
 *     ∂X = sign X · |X|^(p−1) · Σ ∂Y · Y^(1−p) over the windows that hold the element; 0 where Y = 0, as in PyTorch
 *
 * The sum over windows is a transposed convolution with a kernel of ones, channels joined to the batch, as for AveragePool.
 */
import { elementCount, intAttribute, intsAttribute } from '../../../onnx/graph'
import { algebra } from '../../algebra'
import type { GradientRule, RuleContext } from '../../gradient-rule'
import { transposeAttributes, windowsOf } from '../../spatial'

/** ∂Y · Y^(1−p), 0 where Y = 0. */
function perWindow(context: RuleContext, p: number): string {
  const { mul, where, equal, pow } = algebra(context.builder)
  const y = context.node.outputs[0]!
  if (p === 1) return context.upstream
  const zero = equal(y, 0)
  return mul(context.upstream, where(zero, 0, pow(where(zero, 1, y), 1 - p)))
}

/** sign X · |X|^(p−1) · `spread` */
function perElement(context: RuleContext, p: number, spread: string): string {
  const { mul, abs, sign, pow } = algebra(context.builder)
  const x = context.input(0)
  if (p === 1) return mul(sign(x), spread)
  return mul(p === 2 ? x : mul(sign(x), pow(abs(x), p - 1)), spread)
}

export const lpPoolRule: GradientRule = {
  opType: 'LpPool',
  gradient(context) {
    const { builder, node } = context
    const p = intAttribute(node, 'p', 2)
    const inputShape = context.inputShape(0)
    const [batch = 0, channels = 0] = inputShape
    const windows = windowsOf(node, intsAttribute(node, 'kernel_shape', []), inputShape, context.outputShape())
    const single = builder.node('Reshape', [perWindow(context, p), builder.ints([batch * channels, 1, ...windows.output])])
    const ones = builder.constant('window', { type: 'float32', dims: [1, 1, ...windows.kernel], data: new Float32Array(elementCount(windows.kernel)).fill(1) })
    const spread = builder.node('ConvTranspose', [single, ones], transposeAttributes(windows))
    return [perElement(context, p, builder.node('Reshape', [spread, builder.ints(inputShape)]))]
  }
}

export const globalLpPoolRule: GradientRule = {
  opType: 'GlobalLpPool',
  gradient(context) {
    const p = intAttribute(context.node, 'p', 2)
    return [perElement(context, p, perWindow(context, p))]
  }
}
