/**
 * AveragePool and GlobalAveragePool: Y[n,c,p] = 1/count(p) · Σ_k X[n,c,p·s + k·d − begin].
 *
 * ∂X[n,c,q] = Σ ∂Y[n,c,p] / count(p) over the windows p that contain q: a transposed convolution with a kernel of ones.
 * Every channel is treated alike, so channels join the batch axis and the kernel has one channel. count(p) is the number
 * of taps inside of the input or, with count_include_pad, inside of the padded input.
 */
import { elementCount, intAttribute, intsAttribute } from '../../../onnx/graph'
import type { GradientRule } from '../../gradient-rule'
import { kernelTaps, transposeAttributes, windowsOf, type Windows } from '../../spatial'

export const averagePoolRule: GradientRule = {
  opType: 'AveragePool',
  gradient(context) {
    const { builder, node, upstream } = context
    const inputShape = context.inputShape(0)
    const [batch = 0, channels = 0] = inputShape
    const windows = windowsOf(node, intsAttribute(node, 'kernel_shape', []), inputShape, context.outputShape())
    const counts = tapCounts(windows, intAttribute(node, 'count_include_pad', 0) === 1)
    const weights = builder.constant('window_weights', { type: 'float32', dims: [1, 1, ...windows.output], data: counts.map((count) => 1 / count) })
    const single = builder.node('Reshape', [upstream, builder.ints([batch * channels, 1, ...windows.output])])
    const ones = builder.constant('window', { type: 'float32', dims: [1, 1, ...windows.kernel], data: new Float32Array(elementCount(windows.kernel)).fill(1) })
    const spread = builder.node('ConvTranspose', [builder.node('Mul', [single, weights]), ones], transposeAttributes(windows))
    return [builder.node('Reshape', [spread, builder.ints(inputShape)])]
  }
}

/** Taps of each output position that count, row-major over the output positions. */
function tapCounts(windows: Windows, includePadding: boolean): Float32Array {
  const perAxis = windows.kernel.map((size, axis) =>
    Array.from({ length: windows.output[axis] ?? 0 }, (_, position) => {
      const begin = windows.begin[axis] ?? 0
      const first = position * (windows.strides[axis] ?? 1) - begin
      const lowest = includePadding ? -begin : 0
      const beyond = (windows.input[axis] ?? 0) + (includePadding ? (windows.end[axis] ?? 0) : 0)
      return Array.from({ length: size }, (_, tap) => first + tap * (windows.dilations[axis] ?? 1)).filter((at) => at >= lowest && at < beyond).length
    })
  )
  const positions = kernelTaps(windows.output)
  return Float32Array.from(positions, (position) => position.reduce((product, at, axis) => product * (perAxis[axis]?.[at] ?? 1), 1))
}

/** Y[n,c] is the mean over all positions, so each position gets ∂Y divided by their number. */
export const globalAveragePoolRule: GradientRule = {
  opType: 'GlobalAveragePool',
  gradient(context) {
    const { builder, upstream } = context
    const inputShape = context.inputShape(0)
    const share = builder.node('Mul', [upstream, builder.scalar(1 / elementCount(inputShape.slice(2)))])
    return [builder.node('Expand', [share, builder.ints(inputShape)])]
  }
}
