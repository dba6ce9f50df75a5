/** One master switch per effect. An effect that is off leaves no trace in the compiled program. In the order of action. */
import { z } from 'zod'

const on = z.boolean().default(true)

export const effectSwitchesSchema = z.strictObject({
  weightClipping: on,
  scaleRounding: on,
  weightQuantization: on,
  conductanceLevels: on,
  programmingError: on,
  stuckFaults: on,
  drift: on,
  driftCompensation: on,
  wireResistance: on,
  readNoise: on,
  inputQuantization: on,
  converterErrors: on,
  converterNoise: on,
  outputQuantization: on
})
export type EffectSwitches = z.infer<typeof effectSwitchesSchema>
export type EffectSwitch = keyof EffectSwitches
export const effectSwitches = Object.keys(effectSwitchesSchema.shape) as [EffectSwitch, ...EffectSwitch[]]
