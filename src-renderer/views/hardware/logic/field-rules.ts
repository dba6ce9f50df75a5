/**
 * Which fields have a meaning under the other choices: what has none is hidden where its neighbours say why, and disabled with
 * the reason where a person would look for it. A field with a problem is always shown and enabled, so that it can be corrected.
 */
import { changesWithTime, deviceCatalogue } from '@shared/devices'
import { effectNames } from '@shared/effects'
import { hardwareInForce, hasResistance, isConductanceDevice, type EffectSwitch, type Hardware } from '@shared/hardware'
import { deviceTitle } from './device-title'
import { pathInDescription, type SectionId } from './sections'

export interface FieldState {
  shown: boolean
  /** Why it has no meaning now. */
  reason: string | null
  /** What a person should know of the present value. */
  hint?: string
  disabledChoices?: Readonly<Record<string, string>>
}

const meaningful: FieldState = { shown: true, reason: null }
const hidden: FieldState = { shown: false, reason: null }
const idle = (reason: string): FieldState => ({ shown: true, reason })
const only = (shown: boolean): FieldState => (shown ? meaningful : hidden)

/** Why a whole section has no meaning with the device; null where it has one. */
export function sectionReason(hardware: Hardware, section: SectionId): string | null {
  const { device } = hardware
  if (!isConductanceDevice(device)) {
    if (section === 'cell') return 'The weight-referred device stores numbers, not conductances: it has no cells.'
    if (section === 'programming') return 'The weight-referred device has no cells that could be verified, or be stuck.'
    if (section === 'retention') return 'The weight-referred device does not change with time.'
    if (section === 'wires') return 'Wire resistance needs conductances; the weight-referred device has none.'
    return null
  }
  if (section === 'wires' && deviceCatalogue[device.kind].quantity.unit !== 'µS') return `${deviceCatalogue[device.kind].title} is described by currents, not by conductances.`
  return null
}

/** The switch without which a field changes nothing. */
const switchOfField: Readonly<Record<string, EffectSwitch>> = {
  'representation.scalePercentile': 'weightClipping',
  'representation.scaleExponentBits': 'scaleRounding',
  'slices.weightBits': 'weightQuantization',
  'slices.bitsPerCell': 'weightQuantization',
  'programming.levels': 'conductanceLevels',
  'programming.writeVerify.toleranceFraction': 'programmingError',
  'programming.stuckAtMinimum': 'stuckFaults',
  'programming.stuckAtMaximum': 'stuckFaults',
  'programming.stuckAtRandom': 'stuckFaults',
  'retention.seconds': 'drift',
  'retention.compensation': 'driftCompensation',
  'wires.rowSegmentOhms': 'wireResistance',
  'wires.columnSegmentOhms': 'wireResistance',
  'wires.driverOhms': 'wireResistance',
  'wires.senseOhms': 'wireResistance',
  'dac.inputBits': 'inputQuantization',
  'adc.outputBits': 'outputQuantization',
  'adc.offsetDeviation': 'converterErrors',
  'adc.gainDeviation': 'converterErrors',
  'adc.noiseDeviation': 'converterNoise'
}

/** Switches that are off although their section asks for something; by name. */
export function switchedOff(hardware: Hardware, section: SectionId): string[] {
  const prefix = `${section}.`
  const keys = Object.entries(switchOfField).flatMap(([path, key]) => (path.startsWith(prefix) && !hardware.effects[key] ? [key] : []))
  return [...new Set(keys)].map((key) => effectNames[key])
}

/** @param path Below the section, for example `range.maximum` of `adc`. */
export function fieldState(hardware: Hardware, section: SectionId, path: string): FieldState {
  const inSection = sectionReason(hardware, section)
  if (inSection !== null) return idle(inSection)
  const full = pathInDescription(section, path)
  const state = rules[full]?.(hardware) ?? converterRule(hardware, section, path)
  const key = switchOfField[full]
  return key === undefined || hardware.effects[key] || state.reason !== null ? state : { ...state, hint: `${effectNames[key]} is switched off: this changes nothing.` }
}

const rules: Readonly<Record<string, (hardware: Hardware) => FieldState>> = {
  'representation.scaleGranularity': ({ representation, array }) =>
    representation.scaleGranularity.startsWith('tile') && array.rows === 0 && array.columns === 0 ? { ...meaningful, hint: 'With unlimited arrays each layer is one tile.' } : meaningful,
  'representation.scaleStatistic': ({ device }) => (isConductanceDevice(device) ? { ...meaningful, disabledChoices: { 'half-range': 'lets |m| exceed 1, which cells cannot hold' } } : meaningful),
  'representation.scalePercentile': ({ representation }) => only(representation.scaleStatistic === 'percentile'),

  'slices.bitsPerCell': ({ device, slices }) =>
    !isConductanceDevice(device) ? idle('The weight-referred device has no cells to spread bits over.') : slices.weightBits === 0 ? idle('Continuous weights have no bits to cut into slices.') : meaningful,

  'cell.pair': ({ cell }) => only(cell.kind === 'differential'),
  'cell.digitization': ({ cell }) => only(cell.kind === 'differential'),
  'cell.reference': ({ cell }) => only(cell.kind === 'offset'),

  'programming.writeVerify.tries': ({ programming }) => (programming.writeVerify.toleranceFraction === 0 ? idle('Without a tolerance each cell is programmed once.') : meaningful),

  'retention.compensation': ({ device, retention, effects }) => {
    if (!isConductanceDevice(device)) return meaningful
    if (retention.seconds === 0) return idle('Directly after programming there is no drift to compensate.')
    if (!effects.drift) return idle('Drift is switched off.')
    return changesWithTime(device, retention.seconds) ? meaningful : idle(`${deviceTitle(device)} does not change with time.`)
  },

  'wires.arrangement': ({ wires, cell }) => (cell.kind === 'offset' ? hidden : hasResistance(wires) ? meaningful : idle('Without resistance the arrangement changes nothing.')),
  'wires.gatedInputs': ({ wires }) => (hasResistance(wires) ? meaningful : idle('Without resistance it changes nothing.')),

  'dac.inputBits': ({ dac }) => (dac.inputBits === 0 ? { ...meaningful, hint: 'Inputs pass as they are. With a resolution, range and codes are set here.' } : meaningful),
  'dac.bitsPerPulse': ({ dac }) => only(dac.inputBits > 0 && dac.streaming === 'bit-serial'),
  'adc.outputBits': ({ adc }) => (adc.outputBits === 0 ? { ...meaningful, hint: 'Partial sums pass as they are. With a resolution, range and codes are set here.' } : meaningful),
  'adc.codes': ({ adc }) => only(adc.outputBits > 0),
  'adc.range.minimum': ({ adc }) => (!adcConverts(adc) ? hidden : adc.codes === 'mid-rise' ? meaningful : idle('A lower end of its own needs mid-rise codes.')),
  'adc.range.perSlice': (hardware) => only(adcConverts(hardware.adc) && hardwareInForce(hardware).sliceCount > 1),

  calibrationImages: (hardware) => (calibrates(hardware) ? meaningful : idle('No converter that acts has a calibrated range.'))
}

/** Ranges have a meaning where there is a converter, or errors of one that are relative to its full scale. */
const adcConverts = ({ outputBits, offsetDeviation, gainDeviation, noiseDeviation }: Hardware['adc']): boolean => outputBits > 0 || offsetDeviation > 0 || gainDeviation > 0 || noiseDeviation > 0

function converterRule({ dac, adc }: Hardware, section: SectionId, path: string): FieldState {
  if (section === 'dac' && path !== 'inputBits') return only(dac.inputBits > 0 && (path !== 'range.percentile' || (dac.range.kind === 'calibrated' && dac.range.statistic === 'percentile')))
  if (section === 'adc' && path.startsWith('range.')) return only(adcConverts(adc) && (path !== 'range.percentile' || (adc.range.kind === 'calibrated' && adc.range.statistic === 'percentile')))
  return meaningful
}

/** Some converter in force, of all layers or of one, takes its range from the calibration images. */
export function calibrates(hardware: Hardware): boolean {
  const forms = [hardware, ...Object.values(hardware.layers).flatMap(({ digital, ...own }) => (digital ? [] : [{ ...hardware, ...own } as Hardware]))]
  return forms.some((form) => {
    const { dac, adc } = hardwareInForce(form)
    return dac?.range.kind === 'calibrated' || adc?.range.kind === 'calibrated'
  })
}
