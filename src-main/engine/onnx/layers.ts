/** What an analog layer is: a matrix that lies in arrays, and the node that computes with it. */

export const productOperators = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'] as const
export type ProductOperator = (typeof productOperators)[number]
export const isProduct = (opType: string): opType is ProductOperator => productOperators.some((known) => known === opType)

/** A product with a constant matrix (physics.md §1), as arrays hold it: y = xᵀW + b. */
export interface AnalogLayer {
  /** Name of the node. */
  node: string
  /** Position of the node in `model.graph.nodes`. */
  nodeIndex: number
  opType: ProductOperator
  /** The activation that drives the rows. */
  input: string
  /** The value that holds the result; with a MatMul's bias the output of the Add. */
  output: string
  weight: { name: string; dims: readonly number[] }
  /** One value per output channel: [columns · groups], [Cout] of a transposed convolution, […, 1, columns] of several matrices. */
  bias: { name: string; dims: readonly number[] } | null
  /** Inputs of the matrix, per group: Cin/groups · kernel elements for a convolution, Cin/groups for a transposed one. */
  rows: number
  /** Outputs of the matrix, per group: Cout/groups for a convolution, Cout/groups · kernel elements for a transposed one. */
  columns: number
  /** Matrices: groups of a convolution, constant matrices of a batched product. */
  groups: number
  /** The first layer that uses the same weights, on whose arrays this one is computed too; null for that layer itself. */
  sharesArraysOf: string | null
  /** The Add that holds a MatMul's bias, if there is one. */
  biasNode: string | null
}

/** Values of the layer are images: [N, channels, …]. */
export const isConvolution = ({ opType }: Pick<AnalogLayer, 'opType'>): boolean => opType === 'Conv' || opType === 'ConvTranspose'
