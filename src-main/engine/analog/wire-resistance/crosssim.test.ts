/**
 * Reference vectors of CrossSim 3.2.0 (Sandia National Laboratories), where they lie beside the checkout. Orientation:
 * rows are inputs, columns outputs; conductances in units of G_max, resistances in units of R_min.
 *
 * Left out: separate sources (`current_from_input` false), where the inputs gate the cells and the network changes with
 * every input. Not imitated: CrossSim adds a row's terminal resistance to every row segment of input 0 only; ours is in
 * series with each row's first segment.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { interleavedMatrix, separateArraysMatrix } from './differential'
import { columnCurrents, largestDifference } from './testing/random-array'
import { transferMatrix } from './transfer-matrix'

/** CrossSim's own iteration stops at 1e-10 of the input; its conductances are single precision in the balanced styles, as ours here. */
const tolerance = 1e-8

const folder = join(import.meta.dirname, '../../../../../shared/reference/crosssim')
const available = existsSync(folder)
const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T

interface Case {
  name: string
  matrix: string
  config: Record<string, number | string | boolean | undefined>
  y_crosssim: number[][]
  y_ideal: number[][]
  wmax: number
}
interface Data {
  matrices: Record<string, { W: number[][]; x_signed: number[][] }>
}

const cases = available ? read<{ cases: Case[] }>('parasitics.json').cases : []
const setting = (given: Case, name: string): number => Number(given.config[`xbar.array.parasitics.${name}`] ?? 0)
const reproduced = cases.filter((given) => given.config['xbar.array.parasitics.current_from_input'] === true && setting(given, 'Rp_row_terminal') === 0)

function outputs(given: Case, data: Data): number[][] {
  const { W, x_signed: inputs } = data.matrices[given.matrix]!
  const columns = W.length
  const rows = W[0]!.length
  const rMin = Number(given.config['xbar.device.Rmin'])
  const g0 = rMin / Number(given.config['xbar.device.Rmax'])
  const range = 1 - g0
  const levels = given.config['xbar.device.cell_bits'] === undefined ? 0 : 2 ** Number(given.config['xbar.device.cell_bits']) - 1
  const wires = {
    rows,
    columns,
    rowSegment: setting(given, 'Rp_row') / rMin,
    columnSegment: setting(given, 'Rp_col') / rMin,
    sense: setting(given, 'Rp_col_terminal') / rMin
  }
  const conductances = (of: (mantissa: number) => number): Float32Array =>
    Float32Array.from({ length: rows * columns }, (_, k) => {
      const g = g0 + range * of(W[k % columns]![Math.floor(k / columns)]! / given.wmax)
      return levels === 0 ? g : (Math.round(((g - g0) * levels) / range) / levels) * range + g0
    })
  const convertsInput = given.config['xbar.dac.mvm.bits'] !== undefined
  const adcSteps = given.config['xbar.adc.mvm.bits'] === undefined ? 0 : (2 ** Number(given.config['xbar.adc.mvm.bits']) - 2) / 2
  const quantised = (x: number): number => (convertsInput ? Math.round(Math.max(-1, Math.min(1, x)) * 127) / 127 : x)
  const digitised = (current: number): number =>
    adcSteps === 0 ? current : (Math.round((Math.max(-rows, Math.min(rows, current)) * adcSteps) / rows) * rows) / adcSteps

  const offset = given.config['core.style'] === 'OFFSET'
  let matrix: Float64Array
  if (offset) {
    // Double precision: the offset style does not round its conductances to single.
    const mantissa = (k: number): number => W[k % columns]![Math.floor(k / columns)]! / given.wmax
    matrix = transferMatrix({ ...wires, conductances: Float64Array.from({ length: rows * columns }, (_, k) => g0 + (range * (mantissa(k) + 1)) / 2) })
  } else {
    const pair = { ...wires, positive: conductances((m) => Math.max(m, 0)), negative: conductances((m) => Math.max(-m, 0)) }
    matrix = given.config['core.balanced.interleaved_posneg'] === true ? interleavedMatrix(pair) : separateArraysMatrix(pair)
  }
  return inputs.map((input) => {
    const voltages = input.map(quantised)
    const middle = (g0 + range / 2) * voltages.reduce((sum, value) => sum + value, 0)
    const currents = columnCurrents(matrix, voltages, columns)
    return Array.from(currents, (current) => (offset ? ((current - middle) * 2 * given.wmax) / range : (digitised(current) * given.wmax) / range))
  })
}

describe.skipIf(!available)('wire resistance against CrossSim', () => {
  it('has cases of every kind', () => expect(reproduced.length).toBeGreaterThanOrEqual(14))

  it.each(reproduced)('$matrix $name', (given) => {
    const found = outputs(given, read<Data>('data.json'))
    expect(largestDifference(found.flat(), given.y_crosssim.flat())).toBeLessThan(tolerance)
    // The comparison would fail without the wires.
    expect(largestDifference(given.y_ideal.flat(), given.y_crosssim.flat())).toBeGreaterThan(1e-3)
  })
})
