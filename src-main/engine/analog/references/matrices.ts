/** Between the nested lists of stored references and the engine's matrices. */
import type { Matrix } from '../mvm'

export const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({ rows: rows.length, columns: rows[0]?.length ?? 0, values: Float32Array.from(rows.flat()) })

/** [vectors, outputs] as one list per vector. */
export const vectorsOf = (values: Float32Array, outputs: number): number[][] => Array.from({ length: values.length / outputs }, (_, n) => [...values.subarray(n * outputs, (n + 1) * outputs)])
