/** What an analog layer is: a matrix that lies in arrays, and the node that computes with it. */

/** A product with a constant matrix (physics.md §1), as arrays hold it: y = xᵀW + b. */
export interface AnalogLayer {
  /** Name of the node. */
  node: string
  /** Position of the node in `model.graph.nodes`. */
  nodeIndex: number
  opType: 'Conv' | 'Gemm' | 'MatMul'
  /** The activation that drives the rows. */
  input: string
  /** The value that holds the result; with a MatMul's bias the output of the Add. */
  output: string
  weight: { name: string; dims: readonly number[] }
  /** One value per output column (over all groups), shape [columns · groups]. */
  bias: { name: string; dims: readonly number[] } | null
  /** Inputs of the matrix, per group: Cin/groups·kh·kw for a convolution. */
  rows: number
  /** Outputs of the matrix, per group. */
  columns: number
  groups: number
  /** The Add that holds a MatMul's bias, if there is one. */
  biasNode: string | null
}
