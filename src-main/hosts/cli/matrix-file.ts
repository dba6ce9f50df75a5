/** Matrices in NPY files, as acim mvm takes them. */
import { fail } from '@shared/problems'
import type { Matrix } from '../../engine/analog/mvm'
import { readWhole } from '../../engine/data/files'
import { parseNumpyArray } from '../../engine/data/readers/numpy-array'

/**
 * Reads a matrix of finite numbers; other element types become single precision.
 * @param meaning What rows and columns are, for messages: `[outputs, inputs]`.
 * Problems: those of reading NPY, ARGUMENT_INVALID at `option` for other than two dimensions, at the file for a value that is not finite.
 */
export async function readMatrix(option: string, file: string, meaning: string): Promise<Matrix> {
  const array = parseNumpyArray(await readWhole(file), file)
  const [rows, columns, ...rest] = array.shape
  if (rows === undefined || columns === undefined || rest.length > 0) {
    const held = array.shape.length === 0 ? 'a single number' : `an array of ${array.shape.join(' × ')}`
    fail('ARGUMENT_INVALID', option, `${file} holds ${held}; expected two dimensions, ${meaning}.`, `Store it with the shape ${meaning}; in NumPy reshape does this.`)
  }
  const values = new Float32Array(rows * columns)
  for (let i = 0; i < values.length; i++) {
    const value = array.at(i)
    values[i] = value
    if (!Number.isFinite(values[i])) {
      const found = Number.isFinite(value) ? `${value}, beyond single precision` : String(value)
      fail('ARGUMENT_INVALID', file, `The value at [${Math.floor(i / columns)}, ${i % columns}] is ${found}; every value must be a finite number.`, 'Correct the file.')
    }
  }
  return { rows, columns, values }
}

export function transposed({ rows, columns, values }: Matrix): Matrix {
  const turned = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column]!
  return { rows: columns, columns: rows, values: turned }
}
