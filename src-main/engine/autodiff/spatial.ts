/** Geometry of sliding windows, shared by convolution and pooling, for any number of spatial axes. */
import { intsAttribute, stringAttribute, type Node } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'

/** One number per spatial axis. Output position o and kernel tap k read input position o·stride + k·dilation − begin. */
export interface Windows {
  kernel: readonly number[]
  strides: readonly number[]
  dilations: readonly number[]
  /** Padding in front and, as far as declared, behind. */
  begin: readonly number[]
  end: readonly number[]
  /** Spatial sizes of input and output. */
  input: readonly number[]
  output: readonly number[]
}

/** Reads strides, dilations, pads and auto_pad; shapes are [batch, channels, …spatial]. */
export function windowsOf(node: Node, kernel: readonly number[], inputShape: readonly number[], outputShape: readonly number[]): Windows {
  const ones = kernel.map(() => 1)
  const input = inputShape.slice(2)
  const output = outputShape.slice(2)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  const pads = intsAttribute(node, 'pads', [...ones, ...ones].map(() => 0))
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET')
  const windows = { kernel, strides, dilations, input, output, begin: pads.slice(0, kernel.length), end: pads.slice(kernel.length) }
  if (autoPad === 'NOTSET' || autoPad === '') return windows
  const total = kernel.map((_, axis) => (autoPad === 'VALID' ? 0 : Math.max(0, reach(windows, axis) - (input[axis] ?? 0))))
  const smaller = total.map((amount) => Math.floor(amount / 2))
  const larger = total.map((amount) => Math.ceil(amount / 2))
  return autoPad === 'SAME_LOWER' ? { ...windows, begin: larger, end: smaller } : { ...windows, begin: smaller, end: larger }
}

/** Number of input positions from the first tap of the first window to the last tap of the last. */
export function reach({ kernel, strides, dilations, output }: Windows, axis: number): number {
  return ((output[axis] ?? 0) - 1) * (strides[axis] ?? 1) + (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1
}

/** Attributes of the ConvTranspose that takes gradients of the output positions back to exactly the input positions. */
export function transposeAttributes(windows: Windows): Record<string, readonly number[]> {
  const { kernel, strides, dilations, begin, input } = windows
  // Positions behind the input that some window reads; negative where the last positions are read by none.
  const behind = kernel.map((_, axis) => reach(windows, axis) - (begin[axis] ?? 0) - (input[axis] ?? 0))
  return {
    kernel_shape: kernel,
    strides,
    dilations,
    pads: [...begin, ...behind.map((amount) => Math.max(0, amount))],
    output_padding: behind.map((amount) => Math.max(0, -amount))
  }
}

/** All taps of a kernel, row-major. */
export function kernelTaps(kernel: readonly number[]): readonly (readonly number[])[] {
  return kernel.reduce<readonly (readonly number[])[]>(
    (taps, size) => taps.flatMap((tap) => Array.from({ length: size }, (_, index) => [...tap, index])),
    [[]]
  )
}

/** Zero-pads the spatial axes, which begin at `firstAxis`, so that every window lies inside; channels are in front of them or, with 1, behind. */
export function padSpatially(builder: GraphBuilder, value: string, windows: Windows, firstAxis: 1 | 2 = 2): string {
  const { begin, input } = windows
  const behind = begin.map((front, axis) => Math.max(0, reach(windows, axis) - front - (input[axis] ?? 0)))
  if (begin.every((amount) => amount === 0) && behind.every((amount) => amount === 0)) return value
  const around = firstAxis === 2 ? [[0, 0], []] as const : [[0], [0]] as const
  return builder.node('Pad', [value, builder.ints([...around[0], ...begin, ...around[1], ...around[0], ...behind, ...around[1]])])
}

/** What one kernel tap sees of the padded input, at every output position. The spatial axes begin at `firstAxis`. */
export function tapSlice(builder: GraphBuilder, padded: string, tap: readonly number[], windows: Windows, firstAxis: 1 | 2 = 2): string {
  const { strides, dilations, output, kernel, input, begin } = windows
  const untouched = kernel.every((size, axis) => size === 1 && strides[axis] === 1 && begin[axis] === 0 && input[axis] === output[axis])
  if (untouched) return padded
  const starts = tap.map((index, axis) => index * (dilations[axis] ?? 1))
  const ends = starts.map((start, axis) => start + ((output[axis] ?? 1) - 1) * (strides[axis] ?? 1) + 1)
  const axes = tap.map((_, axis) => axis + firstAxis)
  return builder.node('Slice', [padded, builder.ints(starts), builder.ints(ends), builder.ints(axes), builder.ints(strides)])
}
