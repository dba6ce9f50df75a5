/** What a curvature run found, in plain sentences: for screens, reports and the command line. */
import { compactNumber, fixedNumber } from './charts'
import type { CurvatureFindings, Estimated, NetworkCurvature } from './curvature'

const nats = ({ mean, ci95 }: Estimated): string => `${compactNumber(mean, 3)}${ci95 === null ? '' : `\u00a0±\u00a0${compactNumber(ci95, 2)}`} nats`
const half = ({ mean, ci95 }: Estimated): Estimated => ({ mean: mean / 2, ci95: ci95 === null ? null : ci95 / 2 })

/** The layer whose errors cost most, where the interval says that they cost at all. */
function costliest({ layers }: NetworkCurvature): { layer: string; cost: Estimated } | null {
  let best: { layer: string; cost: Estimated } | null = null
  for (const { layer, weighted } of layers) {
    if (weighted !== null && weighted.mean > (weighted.ci95 ?? 0) && weighted.mean / 2 > (best?.cost.mean ?? 0)) best = { layer, cost: half(weighted) }
  }
  return best
}

/** By more than its interval above 0: a ratio of others says nothing. */
const isAbove = ({ mean, ci95 }: Estimated): boolean => mean > (ci95 ?? 0)

/** `31 % of what it was`, `2.4 times what it was`: how a positive quantity has changed. */
function changed(before: number, after: number): string {
  const ratio = after / before
  if (Math.abs(ratio - 1) < 0.005) return 'as large as it was'
  return ratio < 1 ? `${fixedNumber(ratio * 100, 0)}\u00a0% of what it was` : `${compactNumber(ratio, 2)} times what it was`
}

export function curvatureSentences({ before, after }: CurvatureFindings): string[] {
  if (before === null) return ['Nothing is measured yet.']
  const sentences: string[] = []
  const { cost, weighted } = before
  if (cost !== null) {
    const second = weighted === null ? '' : `; to second order, ½ tr(HΣ), it is ${nats(half(weighted))}`
    sentences.push(`The device’s errors raise the loss from ${compactNumber(before.loss, 3)} by ${nats(cost)}${second}.`)
  } else if (weighted !== null) {
    sentences.push(`The loss is ${compactNumber(before.loss, 3)} nats; to second order the device’s errors raise it by ${nats(half(weighted))}.`)
  } else {
    sentences.push(`The loss is ${compactNumber(before.loss, 3)} nats.`)
  }
  if (before.layers.length > 0 && before.layers.every(({ deviation }) => deviation === 0)) sentences.push('The device stores weights without error, so that only the curvature itself is measured.')
  const worst = costliest(before)
  if (worst !== null) sentences.push(`The layer whose errors cost most is “${worst.layer}”: ${nats(worst.cost)}.`)
  if (after !== null) sentences.push(...comparison(before, after))
  return sentences
}

function comparison(before: NetworkCurvature, after: NetworkCurvature): string[] {
  const sentences: string[] = []
  if (before.cost !== null && after.cost !== null) {
    sentences.push(`After fine-tuning errors raise the loss from ${compactNumber(after.loss, 3)} by ${nats(after.cost)}${before.cost.mean > 0 && after.cost.mean > 0 ? `, ${changed(before.cost.mean, after.cost.mean)}` : ''}.`)
  }
  if (before.weighted !== null && after.weighted !== null && isAbove(before.weighted) && isAbove(after.weighted)) {
    const flatter = before.layers.filter((layer, index) => {
      const other = after.layers[index]?.weighted
      return layer.weighted !== null && other !== null && other !== undefined && other.mean + (other.ci95 ?? 0) < layer.weighted.mean - (layer.weighted.ci95 ?? 0)
    })
    sentences.push(`½ tr(HΣ) is ${changed(before.weighted.mean, after.weighted.mean)}; it is smaller beyond the intervals in ${flatter.length} of ${before.layers.length} layers.`)
  }
  const [first] = before.eigenvalues
  const [second] = after.eigenvalues
  if (first !== undefined && second !== undefined && first.value > 0 && second.value > 0) sentences.push(`The leading eigenvalue is ${changed(first.value, second.value)} (${compactNumber(first.value, 3)} → ${compactNumber(second.value, 3)}).`)
  return sentences
}
