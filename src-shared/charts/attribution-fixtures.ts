/** An attribution made by formula, for tests of charts, reports and the command line. */
import type { AttributionFindings, AttributionPoint, PairedDifference, SignalToNoise } from '../attribution'
import { effectNames } from '../effects'
import type { EffectSwitch } from '../hardware'
import { statisticsAround } from './fixtures'

const chips = 10

export const attributionPointAt = (on: readonly EffectSwitch[], mean: number, spread = 0.02): AttributionPoint => ({
  on: [...on], drawn: spread > 0, chipInstances: chips,
  top1: statisticsAround(mean, spread, chips), top5: statisticsAround(Math.min(1, mean + 0.05), spread / 2, chips), loss: statisticsAround(0.5, 0.1, chips)
})
export const differenceOf = (mean: number, ci95: number | null = 0.004): PairedDifference => ({ mean, std: 0.01, ci95 })
export const ratioOf = (decibels: number | null): SignalToNoise =>
  decibels === null ? { decibels: null, interval: null, outcome: 'exact', instances: [null] } : { decibels, interval: 0.3, outcome: 'finite', instances: [decibels] }

const losses: readonly (readonly [EffectSwitch, alone: number, without: number])[] = [['programmingError', 0.08, 0.09], ['inputQuantization', 0.01, -0.002], ['outputQuantization', 0.03, 0.05]]

/** Three effects and the given layers; the names are the caller's. */
export function findingsOf(layerNames: readonly string[] = ['conv', 'fc']): AttributionFindings {
  const digital = 0.98
  const all = digital - 0.13
  let now = digital
  return {
    digital: { top1: digital, top5: 1, images: 500, confusion: [[1]], seconds: 1, imagesPerSecond: 500 },
    all: attributionPointAt(losses.map(([effect]) => effect), all),
    loss: differenceOf(digital - all),
    effects: losses.map(([effect, alone, without]) => ({
      switch: effect, name: effectNames[effect], description: 'What it is.', companions: [],
      alone: attributionPointAt([effect], digital - alone, effect === 'programmingError' ? 0.02 : 0), lossAlone: differenceOf(alone, effect === 'programmingError' ? 0.004 : 0),
      without: attributionPointAt([], all + without), gainWithout: differenceOf(without), notes: effect === 'outputQuantization' ? ['Saturation belongs to it.'] : []
    })),
    cumulative: losses.map(([effect], index) => {
      const step = [0.08, 0.01, 0.04][index] ?? 0
      now -= step
      return { switches: [effect], name: effectNames[effect], point: attributionPointAt([effect], now), loss: differenceOf(step), lossSoFar: differenceOf(digital - now) }
    }),
    layers: layerNames.map((layer, index) => ({ layer, alone: attributionPointAt(['programmingError'], digital - 0.01 * index), lossAlone: differenceOf(0.01 * index), digital: null, gainDigital: null })),
    layerNotes: [],
    snr: layerNames.map((layer, index) => ({ layer, ...ratioOf(index === 0 ? null : 20 - index), own: ratioOf(index === 0 ? null : 25) }))
  }
}
