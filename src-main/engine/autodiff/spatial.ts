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

/** Where the spatial axes of a value stand: how many axes are in front of them and behind. */
export interface SpatialLayout {
  front: number
  behind: number
}
export const channelsFirst: SpatialLayout = { front: 2, behind: 0 }
export const channelsLast: SpatialLayout = { front: 1, behind: 1 }
/** A block of channels lies together: [blocks, N, …spatial, channels of a block]. */
export const channelBlocks: SpatialLayout = { front: 2, behind: 1 }

/** Zero-pads the spatial axes so that every window lies inside. */
export function padSpatially(builder: GraphBuilder, value: string, windows: Windows, { front, behind }: SpatialLayout = channelsFirst): string {
  const { begin, input } = windows
  const end = begin.map((amount, axis) => Math.max(0, reach(windows, axis) - amount - (input[axis] ?? 0)))
  if (begin.every((amount) => amount === 0) && end.every((amount) => amount === 0)) return value
  const around = (amounts: readonly number[]): number[] => [...Array<number>(front).fill(0), ...amounts, ...Array<number>(behind).fill(0)]
  return builder.node('Pad', [value, builder.ints([...around(begin), ...around(end)])])
}

/** What one kernel tap sees of the padded input, at every output position. */
export function tapSlice(builder: GraphBuilder, padded: string, tap: readonly number[], windows: Windows, { front }: SpatialLayout = channelsFirst): string {
  const { strides, dilations, output, kernel, input, begin } = windows
  const untouched = kernel.every((size, axis) => size === 1 && strides[axis] === 1 && begin[axis] === 0 && input[axis] === output[axis])
  if (untouched) return padded
  const starts = tap.map((index, axis) => index * (dilations[axis] ?? 1))
  const ends = starts.map((start, axis) => start + ((output[axis] ?? 1) - 1) * (strides[axis] ?? 1) + 1)
  const axes = tap.map((_, axis) => axis + front)
  return builder.node('Slice', [padded, builder.ints(starts), builder.ints(ends), builder.ints(axes), builder.ints(strides)])
}
