/** The master switches in the order of action, with what each is doing now, or why it does nothing. */
import { changesWithTime } from '@shared/devices'
import { activeEffects, effectNames, type ActiveEffect } from '@shared/effects'
import { effectSwitches, isConductanceDevice, type EffectSwitch, type Hardware } from '@shared/hardware'
import { deviceTitle } from './device-title'
import type { SectionId } from './sections'

export interface EffectEntry {
  key: EffectSwitch
  name: string
  on: boolean
  /** What it does, in the form for all layers and in those that layers have for themselves; empty: it leaves no trace. */
  acting: readonly ActiveEffect[]
  /** What it would do if it were on; null when it is on, or would do nothing. */
  wouldDo: string | null
  /** Why an effect that is switched on does nothing; null when it acts or is off. */
  idleReason: string | null
  /** Where its values are set. */
  section: SectionId
}

const noCells = 'the weight-referred device has no cells'
/** `reason` where the device stores conductances, else that it has none. */
const ofCells = ({ device }: Hardware, reason: string): string => (isConductanceDevice(device) ? reason : noCells)

/** A switch without an entry is a type error. */
const entries: Record<EffectSwitch, { section: SectionId; idleReason: (hardware: Hardware) => string }> = {
  weightClipping: { section: 'representation', idleReason: () => 'the scale statistic does not clip' },
  scaleRounding: { section: 'representation', idleReason: ({ representation }) => (representation.scaleExponentBits === 0 ? 'scales are real numbers' : 'nothing else depends on the scales') },
  weightQuantization: { section: 'slices', idleReason: () => 'weights are continuous' },
  conductanceLevels: { section: 'programming', idleReason: (hardware) => ofCells(hardware, 'conductances are continuous') },
  programmingError: { section: 'device', idleReason: ({ device }) => (isConductanceDevice(device) ? `${deviceTitle(device)} programs without error` : 'σ and μ are 0') },
  stuckFaults: { section: 'programming', idleReason: (hardware) => ofCells(hardware, 'no cells are stuck') },
  drift: {
    section: 'retention',
    idleReason: (hardware) => ofCells(hardware, hardware.retention.seconds === 0 ? 'inference is directly after programming' : `${deviceTitle(hardware.device)} does not change with time`)
  },
  driftCompensation: {
    section: 'retention',
    idleReason: (hardware) => {
      const { device, retention, effects } = hardware
      const drifts = isConductanceDevice(device) && effects.drift && changesWithTime(device, retention.seconds)
      return ofCells(hardware, drifts ? 'no compensation is chosen' : 'there is no drift to compensate')
    }
  },
  wireResistance: { section: 'wires', idleReason: (hardware) => ofCells(hardware, 'all resistances are 0') },
  readNoise: { section: 'device', idleReason: (hardware) => ofCells(hardware, `${deviceTitle(hardware.device)} reads without noise`) },
  inputQuantization: { section: 'dac', idleReason: () => 'the DAC is ideal' },
  converterErrors: { section: 'adc', idleReason: () => 'offset and gain deviations are 0' },
  converterNoise: { section: 'adc', idleReason: () => 'the noise deviation is 0' },
  outputQuantization: { section: 'adc', idleReason: () => 'the ADC is ideal' }
}

export function effectList(hardware: Hardware): EffectEntry[] {
  const acting = activeEffects(hardware)
  const allOn = activeEffects({ ...hardware, effects: everyEffect(true) })
  return effectSwitches.map((key) => {
    const own = acting.filter((effect) => effect.switch === key)
    const on = hardware.effects[key]
    const would = on ? undefined : allOn.find((effect) => effect.switch === key && effect.layers === undefined)
    return {
      key, name: effectNames[key], on, acting: own, section: entries[key].section,
      wouldDo: would?.description ?? null,
      idleReason: on && own.length === 0 ? entries[key].idleReason(hardware) : null
    }
  })
}

/** All master switches in one position. */
export const everyEffect = (on: boolean): Hardware['effects'] => Object.fromEntries(effectSwitches.map((key) => [key, on])) as Hardware['effects']
