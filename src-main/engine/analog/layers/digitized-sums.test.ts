/** What a coarse converter sees: each layer against the products of its arrays, digitised and added one by one in double precision. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { writeModel } from '../../onnx/codec'
import { elementCount } from '../../onnx/graph'
import { GraphBuilder, type AttributeShorthand } from '../../onnx/graph-builder'
import { importNetwork } from '../../onnx/import'
import type { Network } from '../../onnx/network'
import { fillNormal } from '../../random/streams'
import { runOnChip } from '../../testing/layer-on-chip'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-digitized-'))))
afterAll(() => rm(folder, { recursive: true }))

const normal = (dims: readonly number[], seed: number): Float32Array => {
  const data = new Float32Array(elementCount(dims))
  fillNormal(data, { seed, purpose: 'synthetic' })
  return data
}

async function layerOf(opType: string, input: readonly number[], weight: readonly number[], attributes: Record<string, AttributeShorthand>): Promise<Network> {
  const builder = new GraphBuilder('layer')
  builder.input({ name: 'x', type: 'float32', shape: ['N', ...input] })
  builder.initializer('w', { type: 'float32', dims: weight, data: normal(weight, 1) })
  builder.node('Flatten', [builder.node(opType, ['x', 'w'], attributes)], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', 'outputs'] })
  const file = join(folder, `${opType}.onnx`)
  await writeFile(file, writeModel({ irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }))
  return importNetwork(file)
}

const batch = 2
const bits = 4
const fullCell = 3
const rowsOfArray = 3
const hardware = hardwareSchema.parse({
  device: { kind: 'weight-referred', sigma: 0 }, representation: { scaleGranularity: 'layer', scaleStatistic: 'max-abs' },
  array: { rows: rowsOfArray, columns: 4 }, adc: { outputBits: bits, range: { kind: 'fixed', maximum: fullCell } }
})
const largest = (values: Float32Array): number => Math.max(...values.map(Math.abs))

/** Two's complement codes of the fixed range, in currents of one full cell (docs/decisions/0007). */
function converter(x: Float32Array, w: Float32Array): (sum: number) => number {
  const step = (fullCell * largest(x) * largest(w)) / (2 ** (bits - 1) - 1)
  return (sum) => step * Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, Math.round(sum / step)))
}

/** One of several hundred sums lies within float32 rounding of a tie only for another seed; a wrong partial sum is off by a step, here about a tenth of the outputs. */
const tolerance = 1e-5
function expectEqual(found: Float32Array, expected: Float64Array): void {
  expect(found.length).toBe(expected.length)
  const scale = Math.max(...expected.map(Math.abs))
  expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!))) / scale).toBeLessThan(tolerance)
}

it('transposed convolution: products of single input pixels are digitised, then overlapped and added', async () => {
  const [channels, outputs, height, width, kernel, stride, groups] = [10, 4, 3, 4, 3, 2, 2]
  const perGroup = channels / groups
  const network = await layerOf('ConvTranspose', [channels, height, width], [channels, outputs / groups, kernel, kernel], { group: groups, strides: [stride, stride], pads: [1, 0, 0, 1], kernel_shape: [kernel, kernel] })
  const [x, w] = [normal([batch, channels, height, width], 5), normal([channels, outputs / groups, kernel, kernel], 1)]
  const digitized = converter(x, w)
  const [outHeight, outWidth] = [stride * (height - 1) + kernel - 1, stride * (width - 1) + kernel - 1]
  const expected = new Float64Array(batch * outputs * outHeight * outWidth)
  // 5 rows of a group in equal parts of at most 3: 3 and 2.
  for (let n = 0; n < batch; n++) for (let o = 0; o < outputs; o++) for (let ky = 0; ky < kernel; ky++) for (let kx = 0; kx < kernel; kx++) {
    const group = Math.floor(o / (outputs / groups))
    for (let y = 0; y < height; y++) for (let z = 0; z < width; z++) {
      const [row, column] = [y * stride + ky - 1, z * stride + kx]
      if (row < 0 || row >= outHeight || column < 0 || column >= outWidth) continue
      for (let tile = 0; tile < perGroup; tile += rowsOfArray) {
        let sum = 0
        for (let c = tile; c < Math.min(perGroup, tile + rowsOfArray); c++) {
          const channel = group * perGroup + c
          sum += x[((n * channels + channel) * height + y) * width + z]! * w[((channel * (outputs / groups) + (o % (outputs / groups))) * kernel + ky) * kernel + kx]!
        }
        expected[((n * outputs + o) * outHeight + row) * outWidth + column]! += digitized(sum)
      }
    }
  }
  expectEqual(await runOnChip(network, hardware, { dims: [batch, channels, height, width], data: x }, { seed: 1, chipInstance: 0 }), expected)
})

it('several matrices: each has arrays of its own', async () => {
  const [matrices, vectors, rows, columns] = [3, 2, 5, 6]
  const network = await layerOf('MatMul', [matrices, vectors, rows], [matrices, rows, columns], {})
  const [x, w] = [normal([batch, matrices, vectors, rows], 5), normal([matrices, rows, columns], 1)]
  const digitized = converter(x, w)
  const expected = new Float64Array(batch * matrices * vectors * columns)
  for (let n = 0; n < batch; n++) for (let m = 0; m < matrices; m++) for (let v = 0; v < vectors; v++) for (let column = 0; column < columns; column++) {
    for (let tile = 0; tile < rows; tile += rowsOfArray) {
      let sum = 0
      for (let row = tile; row < Math.min(rows, tile + rowsOfArray); row++) sum += x[((n * matrices + m) * vectors + v) * rows + row]! * w[(m * rows + row) * columns + column]!
      expected[((n * matrices + m) * vectors + v) * columns + column]! += digitized(sum)
    }
  }
  expectEqual(await runOnChip(network, hardware, { dims: [batch, matrices, vectors, rows], data: x }, { seed: 1, chipInstance: 0 }), expected)
})
