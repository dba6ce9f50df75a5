/**
 * The matrix–vector products that CrossSim 3.2.0 (Sandia National Laboratories) computed, as stored beside the checkout, and
 * their settings in words. A case lists what differs from CrossSim's defaults under its dotted parameter names.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../../../../shared/reference/crosssim')
const groups = ['balanced', 'offset', 'weight_bitslicing', 'input_bitslicing', 'parasitics'] as const

type ConfigValue = number | string | boolean | number[] | number[][]

interface StoredCase {
  name: string
  matrix: string
  inputs: 'x_signed' | 'x_unsigned'
  config: Record<string, ConfigValue | undefined>
  y_crosssim: number[][]
  y_ideal: number[][]
  partition_inputs: number[]
  adc_limits_first_partition?: [number, number][]
  adc_levels?: number
  tie_sensitive?: boolean
}
interface StoredMatrix {
  W: number[][]
  x_signed: number[][]
  x_unsigned: number[][]
}

export interface CrossSimCase {
  /** `group matrix name` */
  title: string
  group: (typeof groups)[number]
  name: string
  /** W[output][input] */
  weights: number[][]
  /** One array per vector. */
  inputs: number[][]
  settings: CrossSimSettings
  /** What CrossSim computed, and Wx; one array per vector. */
  outputs: number[][]
  ideal: number[][]
  /** Inputs of each array in turn. */
  partitionInputs: number[]
  /** As CrossSim had them for the first array: ends of the range of each slice, number of levels. */
  adcLimits: [number, number][] | null
  adcLevels: number | null
  /** A current lies so close to half a step that rounding of the last bit decides. */
  tieSensitive: boolean
}

export interface CrossSimSettings {
  style: 'pair' | 'offset'
  /** Bits of the code that is cut into slices; null: continuous weights in one cell (or pair). */
  slices: { weightBits: number; count: number } | null
  /** Pairs: both cells move (TWO_SIDED). */
  centred: boolean
  /** Pairs: one converter for the difference. */
  subtractsCurrents: boolean
  /** Offset cells: a column of zero weights is digitised and subtracted. */
  unitColumn: boolean
  minimumOhms: number
  maximumOhms: number
  /** 0: continuous conductances, else 2^cellBits levels. */
  cellBits: number
  /** 0: unlimited. */
  rowsMax: number
  inputRange: [number, number]
  /** `pulseBits`: bits of one input slice, 0 for one analog read; `digitisesEachPulse`: the converter acts on each read. */
  dac: { bits: number; signed: boolean; signMagnitude: boolean; pulseBits: number; digitisesEachPulse: boolean } | null
  /** `calibrated`: [lower, upper] end per slice, or one for all; null: the option MAX. */
  adc: { bits: number; signMagnitude: boolean; calibrated: [number, number][] | null } | null
  wires: { rowOhms: number; columnOhms: number; senseOhms: number; interleaved: boolean; fromInput: boolean } | null
}

/** False where the vectors do not lie beside the checkout. */
export const crossSimAvailable = existsSync(folder)

const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T

export function crossSimCases(): CrossSimCase[] {
  const { matrices } = read<{ matrices: Record<string, StoredMatrix> }>('data.json')
  return groups.flatMap((group) =>
    read<{ cases: StoredCase[] }>(`${group}.json`).cases.map((stored): CrossSimCase => {
      const matrix = matrices[stored.matrix]
      if (matrix === undefined) throw new Error(`${group}.json names the matrix ${stored.matrix}, which data.json does not have`)
      return {
        title: `${group} ${stored.matrix} ${stored.name}`,
        group,
        name: stored.name,
        weights: matrix.W,
        inputs: matrix[stored.inputs],
        settings: settingsOf(stored.config),
        outputs: stored.y_crosssim,
        ideal: stored.y_ideal,
        partitionInputs: stored.partition_inputs,
        adcLimits: stored.adc_limits_first_partition ?? null,
        adcLevels: stored.adc_levels ?? null,
        tieSensitive: stored.tie_sensitive === true
      }
    })
  )
}

/** Every name must be known: a setting that nobody reads would be a difference that nobody sees. */
const ignored = new Set(['simulation.Verr_th_mvm', 'simulation.relaxation_gamma', 'simulation.Niters_max_parasitics', 'simulation.hide_convergence_msg', 'xbar.adc.mvm.signed'])

function settingsOf(config: StoredCase['config']): CrossSimSettings {
  const unread = new Set(Object.keys(config).filter((name) => !ignored.has(name)))
  const value = (name: string): ConfigValue | undefined => {
    unread.delete(name)
    return config[name]
  }
  const number = (name: string, missing = 0): number => Number(value(name) ?? missing)
  const flag = (name: string, missing: boolean): boolean => (value(name) ?? missing) === true
  const is = (name: string, word: string): boolean => value(name) === word

  const sliced = is('core.style', 'BITSLICED')
  const pairs = sliced ? is('core.bit_sliced.style', 'BALANCED') : is('core.style', 'BALANCED')
  // In one cell the weight bits do not act: the levels of the cell do.
  const weightBits = number('core.weight_bits')
  const dacBits = number('xbar.dac.mvm.bits')
  const adcBits = number('xbar.adc.mvm.bits')
  const pulses = flag('xbar.dac.mvm.input_bitslicing', false)
  const pulseBits = number('xbar.dac.mvm.slice_size')
  const calibrated = is('xbar.adc.mvm.adc_range_option', 'CALIBRATED')
  const range = value('xbar.adc.mvm.calibrated_range')
  const rowTerminal = number('xbar.array.parasitics.Rp_row_terminal')
  if (flag('xbar.device.infinite_on_off_ratio', false) || rowTerminal !== 0) throw new Error('A setting that no case had until now')
  const settings: CrossSimSettings = {
    style: pairs ? 'pair' : 'offset',
    slices: sliced ? { weightBits, count: number('core.bit_sliced.num_slices') } : null,
    centred: is('core.balanced.style', 'TWO_SIDED'),
    subtractsCurrents: flag('core.balanced.subtract_current_in_xbar', true),
    unitColumn: is('core.offset.style', 'UNIT_COLUMN_SUBTRACTION'),
    minimumOhms: number('xbar.device.Rmin'),
    maximumOhms: number('xbar.device.Rmax'),
    cellBits: number('xbar.device.cell_bits'),
    rowsMax: number('core.rows_max'),
    inputRange: [number('core.mapping.inputs.mvm.min', -1), number('core.mapping.inputs.mvm.max', 1)],
    dac: {
      bits: dacBits,
      signed: flag('xbar.dac.mvm.signed', true),
      signMagnitude: is('xbar.dac.mvm.model', 'SignMagnitudeDAC'),
      pulseBits: pulses ? pulseBits : 0,
      digitisesEachPulse: flag('xbar.adc.mvm.adc_per_ibit', false)
    },
    adc: {
      bits: adcBits,
      signMagnitude: is('xbar.adc.mvm.model', 'SignMagnitudeADC'),
      calibrated: calibrated && Array.isArray(range) ? (Array.isArray(range[0]) ? (range as [number, number][]) : [range as [number, number]]) : null
    },
    wires: {
      rowOhms: number('xbar.array.parasitics.Rp_row'),
      columnOhms: number('xbar.array.parasitics.Rp_col'),
      senseOhms: number('xbar.array.parasitics.Rp_col_terminal'),
      interleaved: flag('core.balanced.interleaved_posneg', false),
      fromInput: flag('xbar.array.parasitics.current_from_input', true)
    }
  }
  const wired = flag('xbar.array.parasitics.enable', false)
  if (unread.size > 0) throw new Error(`Settings that are not understood: ${[...unread].join(', ')}`)
  return { ...settings, dac: dacBits > 0 ? settings.dac : null, adc: adcBits > 0 ? settings.adc : null, wires: wired ? settings.wires : null }
}
