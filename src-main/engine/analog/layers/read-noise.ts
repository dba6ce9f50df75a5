/**
 * Noise of reads at output cost (physics §4.5): for independent Gaussian read noise of the cells the effect on a dot product
 * is exactly N(0, Σ x²·σ²), so a second product with x² and the variances, its root, and one normal deviate per output.
 *
 * The deviates come from the chip's pool of standard normals: each image reads, at each place of the network, a window of
 * consecutive rows that begins at a random row. Within a window all deviates are independent; windows of different images or
 * places can overlap, shifted against each other (docs/decisions/0014).
 */
import type { GraphBuilder } from '../../onnx/graph-builder'
import { normalPoolRowLength, normalPoolRows } from '../chip-instance'

/** The deviates of one program: its pool, and the input with the first rows of all windows. */
export class NormalSource {
  private places = 0

  /**
   * @param input Name of the int32 input [N, places].
   * @param pool Name of the initialiser [rows, row length].
   */
  constructor(
    private readonly builder: GraphBuilder,
    readonly input: string,
    private readonly pool: string
  ) {}

  /** Places that read so far: columns of the input. */
  get count(): number {
    return this.places
  }

  /**
   * Fresh standard normal deviates.
   * @param elements For each image.
   * @param dims Shape of the result with one open dimension.
   */
  deviates(elements: number, dims: readonly number[]): string {
    const { builder } = this
    const index = this.places++
    const starts = builder.node('Slice', [this.input, builder.ints([index]), builder.ints([index + 1]), builder.ints([1])])
    const rows = Math.ceil(elements / normalPoolRowLength)
    const steps = builder.constant('window_rows', { type: 'int32', dims: [1, rows], data: Int32Array.from({ length: rows }, (_, row) => row) })
    const modulus = builder.constant('pool_rows', { type: 'int32', dims: [], data: Int32Array.of(normalPoolRows) })
    const indices = builder.node('Mod', [builder.node('Add', [starts, steps]), modulus])
    const window = builder.node('Gather', [this.pool, indices], { axis: 0 })
    // The batch dimension is copied (0), never inferred: otherwise the runtime cannot prove equal shapes behind the sum with
    // the noise, and fuses no sum of convolutions (docs/decisions/0013).
    const batchFirst = dims[0] === -1 && dims.slice(1).reduce((product, dim) => product * dim, 1) === elements
    const shape = batchFirst ? [0, ...dims.slice(1)] : dims
    if (rows * normalPoolRowLength === elements) return builder.node('Reshape', [window, builder.ints(shape)])
    const flat = builder.node('Reshape', [window, builder.ints([0, rows * normalPoolRowLength])])
    const exact = builder.node('Slice', [flat, builder.ints([0]), builder.ints([elements]), builder.ints([1])])
    return builder.node('Reshape', [exact, builder.ints(shape)])
  }
}
