/** From options to a hardware description. Its inverse is services/report/hardware-flags.ts; a test holds the two together. */
import { adcRangeSchema, hardwareSchema, scaleGranularities, type AdcRange, type Hardware } from '@shared/hardware'
import { fail, parseOrFail, ProblemError } from '@shared/problems'
import type { Sweep, SweepParameterId, SweepValue } from '@shared/simulation'
import { hardwareAt } from '@shared/sweep'
import { cellFormNames, cellForms, sweepOptions } from '../../services/report/hardware-flags'
import { parseChoice, parseDuration, parseInteger, parseNameSweep, parseNumber, parseSweep, type ParsedSweep } from './arguments'
import type { HardwareOptions } from './options'
import { readDevice, readJson } from './read-device'

/** Reads a hardware description. Raises FILE_NOT_FOUND, FILE_UNREADABLE, or HARDWARE_INVALID naming the field. */
export const readHardware = async (file: string): Promise<Hardware> => parseOrFail(hardwareSchema, await readJson(file, 'HARDWARE_INVALID'), 'HARDWARE_INVALID', 'hardware')

/** The hardware that options change: of the file or the default, with the device of `--device`. */
export async function baseHardware(options: HardwareOptions): Promise<Hardware> {
  const hardware = options.hardware === undefined ? hardwareSchema.parse({}) : await readHardware(options.hardware)
  return options.device === undefined ? hardware : { ...hardware, device: await readDevice(options.device) }
}

/** The schema's complaint about a value, as a complaint about the option that gave it. */
function checkedAt(option: string, hardware: Hardware, parameter: SweepParameterId, value: SweepValue): Hardware {
  try {
    return hardwareAt(hardware, parameter, value)
  } catch (thrown) {
    if (thrown instanceof ProblemError) fail('ARGUMENT_INVALID', option, thrown.problem.message, thrown.problem.tip)
    throw thrown
  }
}

function withNoise(hardware: Hardware, text: string): Hardware {
  const distribution = parseChoice('--noise', text, ['gaussian', 'uniform'] as const)
  const { device } = hardware
  if (device.kind !== 'weight-referred') fail('ARGUMENT_INVALID', '--noise', `It is the distribution of the weight-referred device; the device is ${device.kind}.`, 'Leave it out.')
  return { ...hardware, device: { ...device, distribution } }
}

const adcRangeForms = 'max, percentile:99.9 or least-squares (each with ,tile for a range per tile), full-scale, or fixed:16'

/** `max`, `percentile:99.5,tile`, `full-scale`, `fixed:16`. */
export function parseAdcRange(text: string): AdcRange {
  const invalid = (): never => fail('ARGUMENT_INVALID', '--adc-range', `Found "${text}", expected ${adcRangeForms}.`)
  const [form = '', scope, ...rest] = text.split(',')
  const [kind = '', number, ...more] = form.split(':')
  if (rest.length > 0 || more.length > 0 || (scope !== undefined && scope !== 'tile')) return invalid()
  const parsed = (range: unknown): AdcRange => parseOrFail(adcRangeSchema, range, 'ARGUMENT_INVALID', '--adc-range')
  const value = number === undefined ? {} : { number: parseNumber('--adc-range', number) }
  if (kind === 'percentile') return parsed({ kind: 'calibrated', statistic: kind, ...('number' in value ? { percentile: value.number } : {}), ...(scope === undefined ? {} : { scope }) })
  if (kind === 'fixed' && scope === undefined && 'number' in value) return parsed({ kind, maximum: value.number })
  if (number !== undefined) return invalid()
  if (kind === 'max' || kind === 'least-squares') return parsed({ kind: 'calibrated', statistic: kind, ...(scope === undefined ? {} : { scope }) })
  return kind === 'full-scale' && scope === undefined ? parsed({ kind }) : invalid()
}

/** `first`, `last` and names of nodes; what the description has of single layers stays but for those named. */
function withDigitalLayers(hardware: Hardware, text: string): Hardware {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) fail('ARGUMENT_INVALID', '--keep-digital', `Found "${text}", expected first, last or names of nodes, separated by commas.`)
  const nodes = names.filter((name) => name !== 'first' && name !== 'last')
  return {
    ...hardware,
    digitalLayers: { first: hardware.digitalLayers.first || names.includes('first'), last: hardware.digitalLayers.last || names.includes('last') },
    layers: { ...hardware.layers, ...Object.fromEntries(nodes.map((name) => [name, { ...hardware.layers[name], digital: true }])) }
  }
}

function withBitSerial(hardware: Hardware, value: string | true): Hardware {
  const bitsPerPulse = value === true ? 1 : parseInteger('--bit-serial', value, 1, 8)
  return { ...hardware, dac: { ...hardware.dac, streaming: 'bit-serial', bitsPerPulse } }
}

/** Options that give one value only. */
function withPlainOptions(options: HardwareOptions, base: Hardware): Hardware {
  let hardware = base
  if (options.noise !== undefined) hardware = withNoise(hardware, options.noise)
  if (options.cell !== undefined) hardware = { ...hardware, cell: cellForms[parseChoice('--cell', options.cell, cellFormNames)] }
  if (options.compensation !== undefined) {
    hardware = { ...hardware, retention: { ...hardware.retention, compensation: parseChoice('--compensation', options.compensation, ['none', 'global', 'tile'] as const) } }
  }
  if (options.bitSerial !== undefined) hardware = withBitSerial(hardware, options.bitSerial)
  if (options.adcRange !== undefined) hardware = { ...hardware, adc: { ...hardware.adc, range: parseAdcRange(options.adcRange) } }
  return options.keepDigital === undefined ? hardware : withDigitalLayers(hardware, options.keepDigital)
}

/** Words for the value 0. */
const unlimited = { unlimited: 0 }
const ideal = { ideal: 0 }
const continuous = { continuous: 0 }

/** Options that give one value or a sweep, in the order in which they are applied, and how their text is read. */
const sweepable: readonly [parameter: SweepParameterId, text: (options: HardwareOptions) => string | undefined, parse: (option: string, text: string) => ParsedSweep<SweepValue>][] = [
  ['sigma', (options) => options.sigma, parseSweep],
  ['mu', (options) => options.mu, parseSweep],
  ['scale', (options) => options.scale, (option, text) => parseNameSweep(option, text, scaleGranularities)],
  ['levels', (options) => options.levels, (option, text) => parseSweep(option, text, continuous)],
  ['weight-bits', (options) => options.weightBits, (option, text) => parseSweep(option, text, continuous)],
  ['bits-per-cell', (options) => options.bitsPerCell, (option, text) => parseSweep(option, text)],
  ['time', (options) => options.time, (option, text) => parseSweep(option, text, {}, parseDuration)],
  ['array-rows', (options) => options.rows, (option, text) => parseSweep(option, text, unlimited)],
  ['array-columns', (options) => options.columns, (option, text) => parseSweep(option, text, unlimited)],
  ['wire-resistance', (options) => options.wireResistance, parseSweep],
  ['dac-bits', (options) => options.dacBits, (option, text) => parseSweep(option, text, ideal)],
  ['adc-bits', (options) => options.adcBits, (option, text) => parseSweep(option, text, ideal)]
]

/**
 * `base` changed by the options; at most one of them may be a sweep. A swept parameter keeps its value of `base`: the
 * sweep sets it at each point. What does not fit together is for `requireRunnable` to say.
 */
export function hardwareFrom(options: HardwareOptions, base: Hardware): { hardware: Hardware; sweep: Sweep | null } {
  let hardware = withPlainOptions(options, base)
  let sweep: Sweep | null = null
  for (const [parameter, textOf, parse] of sweepable) {
    const text = textOf(options)
    if (text === undefined) continue
    const option = sweepOptions[parameter]
    const parsed = parse(option, text)
    const values = parsed.kind === 'single' ? [parsed.value] : parsed.values
    const [first] = values.map((value) => checkedAt(option, hardware, parameter, value))
    if (first === undefined) fail('ARGUMENT_INVALID', option, 'Found an empty list, expected at least one value.')
    if (parsed.kind === 'sweep') {
      if (sweep !== null) fail('ARGUMENT_INVALID', option, `Two sweeps were found (${sweepOptions[sweep.parameter]} and ${option}), expected at most one.`)
      sweep = { parameter, values }
    } else hardware = first
  }
  if (options.bitSerial !== undefined && hardware.dac.inputBits === 0 && sweep?.parameter !== 'dac-bits') {
    fail('ARGUMENT_INVALID', '--bit-serial', 'Inputs without a resolution have no bits to send one after the other.', 'Give --dac-bits as well.')
  }
  return { hardware, sweep }
}
