/**
 * What of a hardware description acts: switches, values that change nothing, and what the device does not have, are resolved
 * here once. The compiler, the effects list and the problems all read this and nothing else.
 */
import { changesWithTime, programsWithError, readsWithNoise, type ConductanceDeviceDescription, type Programming } from '../devices'
import type { Wires } from './array'
import type { Cell, Retention } from './cells'
import type { Adc, Dac } from './converters'
import { isConductanceDevice, type WeightReferredDevice } from './device'
import type { Hardware } from './hardware'
import type { Representation } from './representation'

export interface HardwareInForce {
  /** Exactly one of the two is there. */
  weightReferred: WeightReferredDevice | null
  conductance: ConductanceDeviceDescription | null
  cell: Cell
  scaleStatistic: Exclude<Representation['scaleStatistic'], 'auto'>
  /** Mantissas are limited to ±1. */
  clips: boolean
  /** 0: real scales. */
  scaleExponentBits: number
  /** 0: continuous mantissas. */
  weightBits: number
  /** Bits of one slice; at least all magnitude bits where there is one slice. */
  bitsPerSlice: number
  sliceCount: number
  /** Levels, write–verify and stuck cells that act; conductance devices only. */
  programming: Programming
  programmingError: boolean
  stuckFaults: boolean
  /** 0: conductances are as programmed. */
  seconds: number
  compensation: Retention['compensation']
  wires: Wires | null
  readNoise: boolean
  dac: Dac | null
  /** Resolution, and errors and noise of the converters; null where partial sums pass as they are. */
  adc: Adc | null
}

export function hardwareInForce(hardware: Hardware): HardwareInForce {
  const { device, representation, effects, programming, slices, retention, wires } = hardware
  const conductance = isConductanceDevice(device) ? device : null
  const scaleStatistic =
    representation.scaleStatistic === 'auto' ? (conductance === null ? 'half-range' : 'max-abs')
      : representation.scaleStatistic === 'percentile' && !effects.weightClipping && conductance !== null ? 'max-abs' : representation.scaleStatistic
  const weightBits = effects.weightQuantization ? slices.weightBits : 0
  const magnitudeBits = hardware.cell.kind === 'offset' && conductance !== null ? weightBits : Math.max(0, weightBits - 1)
  const sliced = weightBits > 0 && slices.bitsPerCell > 0 && slices.bitsPerCell < magnitudeBits
  const seconds = conductance !== null && effects.drift && changesWithTime(conductance, retention.seconds) ? retention.seconds : 0
  const stuckFaults = conductance !== null && effects.stuckFaults && programming.stuckAtMinimum + programming.stuckAtMaximum + programming.stuckAtRandom > 0
  const errs = conductance === null ? device.kind === 'weight-referred' && (device.sigma > 0 || device.mu !== 0) : programsWithError(conductance)
  return {
    weightReferred: device.kind === 'weight-referred' ? device : null,
    conductance,
    cell: hardware.cell,
    scaleStatistic,
    clips: effects.weightClipping && scaleStatistic === 'percentile' && representation.scalePercentile < 100,
    scaleExponentBits: effects.scaleRounding ? representation.scaleExponentBits : 0,
    weightBits,
    bitsPerSlice: sliced ? slices.bitsPerCell : Math.max(1, magnitudeBits),
    sliceCount: sliced ? Math.ceil(magnitudeBits / slices.bitsPerCell) : 1,
    programming: {
      ...programming,
      levels: conductance !== null && effects.conductanceLevels ? programming.levels : 0,
      ...(stuckFaults ? {} : { stuckAtMinimum: 0, stuckAtMaximum: 0, stuckAtRandom: 0 })
    },
    programmingError: effects.programmingError && errs,
    stuckFaults,
    seconds,
    compensation: seconds > 0 && effects.driftCompensation ? retention.compensation : 'none',
    wires: conductance !== null && effects.wireResistance && hasResistance(wires) ? wires : null,
    readNoise: conductance !== null && effects.readNoise && readsWithNoise(conductance),
    dac: effects.inputQuantization && hardware.dac.inputBits > 0 ? hardware.dac : null,
    adc: adcInForce(hardware)
  }
}

export const hasResistance = (wires: Wires): boolean => wires.rowSegmentOhms > 0 || wires.columnSegmentOhms > 0 || wires.driverOhms > 0 || wires.senseOhms > 0

function adcInForce({ adc, effects }: Hardware): Adc | null {
  const acting: Adc = {
    ...adc,
    outputBits: effects.outputQuantization ? adc.outputBits : 0,
    ...(effects.converterErrors ? {} : { gainDeviation: 0, offsetDeviation: 0 }),
    ...(effects.converterNoise ? {} : { noiseDeviation: 0 })
  }
  const acts = acting.outputBits > 0 || acting.gainDeviation > 0 || acting.offsetDeviation > 0 || acting.noiseDeviation > 0
  return acts ? acting : null
}

/** What a chip's stored values differ in from the nominal ones: everything but the converters and the noise of reads. */
export const storedValuesDiffer = (force: HardwareInForce): boolean =>
  force.clips || force.weightBits > 0 || force.programming.levels > 0 || force.programmingError || force.stuckFaults || force.seconds > 0 || force.wires !== null
