/** The effects that a hardware description switches on, in the order in which they act, in plain words. */
import { z } from 'zod'
import type { EffectSwitch, Hardware } from './hardware'

export const activeEffectSchema = z.object({
  switch: z.enum(['weightClipping', 'scaleRounding', 'programmingError', 'inputQuantization', 'outputQuantization']),
  name: z.string(),
  /** One sentence with the numbers in force. */
  description: z.string()
})
export type ActiveEffect = z.infer<typeof activeEffectSchema>

const granularityWords: Record<Hardware['representation']['scaleGranularity'], string> = {
  network: 'one scale for the whole network (analog fixed-point)',
  layer: 'one scale per layer, shared by weights and biases',
  'layer-bi-scale': 'two scales per layer, weights and biases apart (analog floating-point)',
  column: 'one scale per output column, biases apart',
  tile: 'one scale per array tile, biases apart',
  'tile-column': 'one scale per column of each array tile, biases apart'
}

/** What shares one digital scale, in plain words. */
export const describeGranularity = (granularity: Hardware['representation']['scaleGranularity']): string =>
  granularityWords[granularity]

const rangeWords = (range: Hardware['adc']['range']): string =>
  range.statistic === 'max' ? 'calibrated to the largest magnitude' : `calibrated to the ${range.percentile} % magnitude`

/** m + μ + σ·ε without the terms that are 0, and what ε is. */
function programmedValue({ mu, sigma, distribution }: Hardware['device']): string {
  const offset = mu === 0 ? '' : mu < 0 ? ` − ${-mu}` : ` + ${mu}`
  if (sigma === 0) return `m${offset}`
  return `m${offset} + ${sigma}·ε, ε ${distribution === 'gaussian' ? 'standard normal' : 'uniform on [−1, 1]'}`
}

/** Empty exactly when the compiled program computes what the digital network computes. */
export function activeEffects(hardware: Hardware): ActiveEffect[] {
  const { device, representation, dac, adc, array, effects } = hardware
  const active: ActiveEffect[] = []
  const add = (key: EffectSwitch, name: string, description: string): void => {
    if (effects[key]) active.push({ switch: key, name, description })
  }
  const noisy = effects.programmingError && (device.sigma > 0 || device.mu !== 0)
  const clips = effects.weightClipping && representation.scaleStatistic === 'percentile' && representation.scalePercentile < 100
  if (clips) {
    add('weightClipping', 'Weight clipping', `Weights beyond the ${representation.scalePercentile} % magnitude of their scale group are clipped to it.`)
  }
  if (representation.scaleExponentBits > 0 && (noisy || clips)) {
    add('scaleRounding', 'Power-of-two scales', `Scales are rounded up to 2^e with e in ${representation.scaleExponentBits} bits.`)
  }
  if (noisy) {
    add(
      'programmingError',
      'Programming error',
      `Each stored value m becomes ${programmedValue(device)}, relative to ${granularityWords[representation.scaleGranularity]}; biases ${representation.bias}.`
    )
  }
  if (dac.inputBits > 0) {
    add('inputQuantization', 'Input quantisation (DAC)', `${dac.inputBits}-bit inputs, range ${rangeWords(dac.range)}, ${dac.sign} sign.`)
  }
  if (adc.outputBits > 0) {
    const rows = array.rows === 0 ? 'whole columns' : `tiles of at most ${array.rows} rows`
    add('outputQuantization', 'Output quantisation (ADC)', `${adc.outputBits}-bit partial sums of ${rows}, range ${rangeWords(adc.range)}.`)
  }
  return active
}
