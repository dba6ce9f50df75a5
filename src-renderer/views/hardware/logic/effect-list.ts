/** The master switches with what each does, and why one that is on may do nothing. */
import { activeEffects, type ActiveEffect } from '@shared/effects'
import type { EffectSwitch, Hardware } from '@shared/hardware'

export interface EffectEntry {
  key: EffectSwitch
  name: string
  meaning: string
  on: boolean
  /** It leaves a trace in the compiled program. */
  active: boolean
  /** Why an effect that is switched on does nothing; null when it acts or is off. */
  idleReason: string | null
}

/** In the order in which they act. A switch without an entry is a type error. */
const entries: Record<EffectSwitch, { name: string; meaning: string; idleReason: (hardware: Hardware) => string }> = {
  weightClipping: {
    name: 'Weight clipping', meaning: 'Weights beyond the percentile of their scale group are clipped to it.',
    idleReason: () => 'the scale statistic does not clip'
  },
  scaleRounding: {
    name: 'Power-of-two scales', meaning: 'Digital scales are restricted to 2^e.',
    idleReason: (hardware) => (hardware.representation.scaleExponentBits === 0 ? 'scales are real numbers' : 'without programming error the scale has no effect')
  },
  programmingError: { name: 'Programming error', meaning: 'Every stored value deviates from its target, once per chip instance.', idleReason: () => 'σ and μ are 0' },
  inputQuantization: { name: 'Input quantisation', meaning: 'Inputs pass a DAC of limited resolution.', idleReason: () => 'the DAC is ideal' },
  outputQuantization: { name: 'Output quantisation', meaning: 'Partial sums pass an ADC of limited resolution.', idleReason: () => 'the ADC is ideal' }
}

export function effectList(hardware: Hardware): EffectEntry[] {
  const active = new Set(activeEffects(hardware).map((effect: ActiveEffect) => effect.switch))
  return (Object.keys(entries) as EffectSwitch[]).map((key) => {
    const { name, meaning, idleReason } = entries[key]
    const on = hardware.effects[key]
    return { key, name, meaning, on, active: active.has(key), idleReason: on && !active.has(key) ? idleReason(hardware) : null }
  })
}
