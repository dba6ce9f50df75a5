/**
 * Where the elements of a weight tensor stand in the matrix that is mapped to arrays. A layer has `groups` matrices of
 * `rows` inputs by `columns` outputs. A convolution has Cin/groups · kernel elements by Cout/groups; a transposed one, whose
 * input pixels drive the rows one after another, Cin/groups by Cout/groups · kernel elements (docs/decisions/0018).
 */
import type { AnalogLayer } from '../onnx/layers'

export interface WeightLayout {
  groups: number
  /** Inputs of one group's matrix. */
  rows: number
  /** Outputs of one group's matrix. */
  columns: number
  /** Consecutive rows that belong to one input channel (kernel elements); 1 for matrix products. */
  rowsPerChannel: number
  /**
   * `by-column`: element = (group·columns + column)·rows + row (Conv [Cout, Cin/g, …kernel]; Gemm with transB).
   * `by-row`: element = (group·rows + row)·columns + column (Gemm; MatMul [groups, K, N]; ConvTranspose [Cin, Cout/g, …kernel]).
   */
  order: 'by-column' | 'by-row'
}

/** The layout of `layer`'s weight tensor; `transposed` is Gemm's transB. */
export function weightLayout(layer: AnalogLayer, transposed: boolean): WeightLayout {
  const { groups, rows, columns, opType, weight } = layer
  if (opType === 'Conv') {
    const rowsPerChannel = weight.dims.slice(2).reduce((product, dim) => product * dim, 1)
    return { groups, rows, columns, rowsPerChannel, order: 'by-column' }
  }
  return { groups, rows, columns, rowsPerChannel: 1, order: transposed ? 'by-column' : 'by-row' }
}

export const weightCount = (layout: WeightLayout): number => layout.groups * layout.rows * layout.columns

/** Position in the weight tensor of one matrix element. */
export function elementIndex(layout: WeightLayout, group: number, row: number, column: number): number {
  return layout.order === 'by-column' ? (group * layout.columns + column) * layout.rows + row : (group * layout.rows + row) * layout.columns + column
}
