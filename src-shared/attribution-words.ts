/** What an attribution found, in plain sentences: for screens, reports and the command line. */
import type { AttributionFindings, PairedDifference } from './attribution'
import { fixedNumber, percent, percentInterval, signalWords } from './charts'

/** `3.2 ± 0.4 percentage points` */
function points({ mean, ci95 }: PairedDifference): string {
  return `${fixedNumber(mean * 100, 1)}${ci95 === null ? '' : `\u00a0±\u00a0${fixedNumber(ci95 * 100, 1)}`} percentage points`
}

/** Differences below half of the last digit that is written. */
const nothing = 0.0005

/** The entry with the largest mean among those whose interval lies above 0; null where there is none. */
function most<T>(items: readonly T[], of: (item: T) => PairedDifference | null): { item: T; difference: PairedDifference } | null {
  let best: { item: T; difference: PairedDifference } | null = null
  for (const item of items) {
    const difference = of(item)
    if (difference !== null && difference.mean > Math.max(nothing, difference.ci95 ?? 0) && difference.mean > (best?.difference.mean ?? 0)) best = { item, difference }
  }
  return best
}

const opposite = (difference: PairedDifference | null): PairedDifference | null => (difference === null ? null : { ...difference, mean: -difference.mean })

export function attributionSentences({ digital, all, loss, effects, layers, snr }: AttributionFindings): string[] {
  if (digital === null || all === null || loss === null) return ['Nothing is measured yet.']
  const change = loss.mean > nothing ? `${points(loss)} are lost` : loss.mean < -nothing ? `${points({ ...loss, mean: -loss.mean })} are gained` : 'nothing is lost'
  const sentences = [`The digital network has a top-1 accuracy of ${percent(digital.top1)}; with all effects it is ${percentInterval(all.top1.mean, all.top1.ci95)}: ${change}.`]
  if (effects.length === 0) return [...sentences, 'No effect is active, so there is nothing to attribute.']
  const alone = most(effects, (effect) => effect.lossAlone)
  const without = most(effects, (effect) => effect.gainWithout)
  if (alone !== null) sentences.push(`By itself, “${alone.item.name}” costs most: ${points(alone.difference)}.`)
  const helpful = most(effects, (effect) => opposite(effect.gainWithout))
  if (without !== null) sentences.push(`Leaving out “${without.item.name}” gives back most: ${points(without.difference)}.`)
  if (helpful !== null) sentences.push(`“${helpful.item.name}” helps: without it ${points(helpful.difference)} more are lost.`)
  if (alone === null && without === null) sentences.push('No single effect costs more than chance between chip instances; more of them would narrow the intervals.')
  if (effects.length > 1 && effects.every(({ lossAlone }) => lossAlone !== null)) {
    const sum = effects.reduce((total, { lossAlone }) => total + (lossAlone?.mean ?? 0), 0)
    const excess = loss.mean - sum
    if (Math.abs(excess) > Math.max(nothing, loss.ci95 ?? 0)) {
      sentences.push(`Losses of single effects add up to ${fixedNumber(sum * 100, 1)} points; together they cost ${fixedNumber(Math.abs(excess) * 100, 1)} points ${excess > 0 ? 'more' : 'less'} than that.`)
    }
  }
  const layer = most(layers, (each) => each.lossAlone)
  if (layer !== null) sentences.push(`Of the layers, “${layer.item.layer}” alone on analog hardware costs most: ${points(layer.difference)}.`)
  const ratios = snr.filter(({ decibels }) => decibels !== null)
  const lowest = ratios.reduce<(typeof ratios)[number] | undefined>((worst, each) => (worst === undefined || (each.decibels ?? 0) < (worst.decibels ?? 0) ? each : worst), undefined)
  if (lowest !== undefined) sentences.push(`The output of “${lowest.layer}” is furthest from the digital network’s: a signal-to-noise ratio of ${signalWords(lowest)}.`)
  return sentences
}
