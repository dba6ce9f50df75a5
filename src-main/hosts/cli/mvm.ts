/** acim mvm: one matrix through one analog layer. */
import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { fail, ProblemError } from '@shared/problems'
import { requireRunnable, runWarnings } from '@shared/run-problems'
import { matrixProduct, type Matrix, type MatrixProduct } from '../../engine/analog/mvm'
import { maximumDatasetBytes } from '../../engine/data/limits'
import { npyBytes } from '../../engine/data/write-npy'
import { sweepOptions } from '../../services/report/hardware-flags'
import { failForFile } from '../../services/storage'
import { version } from '../../../package.json'
import { parseInteger } from './arguments'
import { baseHardware, hardwareFrom } from './hardware-options'
import { readMatrix, transposed } from './matrix-file'
import { productDocument, productText } from './mvm-results'
import type { HardwareOptions } from './options'
import { writeError, writeOut } from './output'

export interface MvmOptions extends HardwareOptions {
  weights: string
  transpose?: boolean
  inputs: string
  calibrate?: string
  layer?: string
  chipInstance?: string
  instances?: string
  seed?: string
  out?: string
  json?: boolean
}

const largestSeed = 0xffffffff

/** As many values as the arrays of weights have inputs. */
function checkWidth(option: string, file: string, vectors: Matrix, weights: Matrix, options: MvmOptions): void {
  if (vectors.columns === weights.columns) return
  const tip = vectors.columns === weights.rows ? `The other dimension fits: ${options.transpose === true ? 'leave --transpose out' : 'give --transpose, which takes weights as [inputs, outputs]'}.` : 'Store one vector in each row.'
  fail('ARGUMENT_INVALID', option, `${file} holds vectors of ${vectors.columns} values; ${options.weights} takes ${weights.columns} inputs (${weights.rows} outputs).`, tip)
}

/** A place for the results must be there before they are computed. */
async function checkTarget(file: string, options: MvmOptions): Promise<void> {
  const read = [options.weights, options.inputs, options.calibrate, options.hardware].find((each) => each !== undefined && resolve(each) === resolve(file))
  if (read !== undefined) fail('ARGUMENT_INVALID', '--out', `${file} is read by the same command and would be replaced.`, 'Give another name.')
  const folder = await stat(dirname(file)).catch(() => null)
  if (!folder?.isDirectory()) fail('FILE_NOT_FOUND', dirname(file), 'There is no such folder to write into.', 'Make the folder first.')
  const found = await stat(file).catch(() => null)
  if (found?.isDirectory()) fail('ARGUMENT_INVALID', '--out', `${file} is a folder; expected the name of a file.`)
}

/** [vectors, outputs], or of several chip instances [instances, vectors, outputs]. */
async function writeProduct(file: string, { chips }: MatrixProduct, vectors: number, outputs: number): Promise<number[]> {
  const size = vectors * outputs
  const values = new Float32Array(chips.length * size)
  chips.forEach((chip, i) => values.set(chip.values, i * size))
  const shape = chips.length === 1 ? [vectors, outputs] : [chips.length, vectors, outputs]
  await writeFileAtomic(file, npyBytes(values, shape)).catch((thrown: unknown) => failForFile(thrown, file))
  return shape
}

export async function mvm(options: MvmOptions): Promise<void> {
  // All options are checked before anything is computed.
  const { hardware, sweep } = hardwareFrom(options, await baseHardware(options))
  if (sweep !== null) fail('ARGUMENT_INVALID', sweepOptions[sweep.parameter], 'Found a sweep; a product is computed on one hardware.', 'Give one value.')
  requireRunnable(hardware, null)
  const first = options.chipInstance === undefined ? 0 : parseInteger('--chip-instance', options.chipInstance, 0, largestSeed)
  const count = options.instances === undefined ? 1 : parseInteger('--instances', options.instances, 1, 100_000)
  const seed = options.seed === undefined ? 1 : parseInteger('--seed', options.seed, 0, largestSeed)
  if (options.out !== undefined) await checkTarget(options.out, options)

  const stored = await readMatrix('--weights', options.weights, options.transpose === true ? '[inputs, outputs]' : '[outputs, inputs]')
  const weights = options.transpose === true ? transposed(stored) : stored
  const inputs = await readMatrix('--inputs', options.inputs, '[vectors, inputs]')
  checkWidth('--inputs', options.inputs, inputs, weights, options)
  const calibration = options.calibrate === undefined ? null : await readMatrix('--calibrate', options.calibrate, '[vectors, inputs]')
  if (options.calibrate !== undefined && calibration !== null) checkWidth('--calibrate', options.calibrate, calibration, weights, options)
  const bytes = 4 * count * inputs.rows * weights.rows
  if (bytes > maximumDatasetBytes) fail('FILE_TOO_LARGE', options.inputs, `The results of ${count} × ${inputs.rows} vectors take ${bytes} bytes; at most ${maximumDatasetBytes} can be held.`, 'Use fewer chip instances or vectors.')

  const product = await matrixProduct({
    weights, inputs, hardware, seed, chipInstances: Array.from({ length: count }, (_, i) => first + i),
    ...(calibration === null ? {} : { calibration }), ...(options.layer === undefined ? {} : { layer: options.layer })
  }).catch((thrown: unknown) => {
    const ofOption = thrown instanceof ProblemError && ['layer', 'weights'].includes(thrown.problem.where)
    throw ofOption ? new ProblemError({ ...thrown.problem, where: `--${thrown.problem.where}` }) : thrown
  })
  const shape = options.out === undefined ? null : await writeProduct(options.out, product, inputs.rows, weights.rows)
  const warnings = runWarnings(product.hardware, null)
  const document = productDocument({
    product,
    weights: { file: options.weights, outputs: weights.rows, inputs: weights.columns, transpose: options.transpose === true },
    inputs: { file: options.inputs, vectors: inputs.rows },
    calibration: options.calibrate === undefined || calibration === null ? null : { file: options.calibrate, vectors: calibration.rows },
    output: options.out === undefined || shape === null ? null : { file: options.out, shape },
    layer: options.layer ?? null,
    seed, warnings, version
  })
  for (const { where, message, tip } of warnings) writeError(`Warning: ${where}: ${message} ${tip}`)
  await writeOut(options.json === true ? JSON.stringify(document, null, 2) : productText(document))
}
