/** The findings of runs in plain sentences and key figures. */
import { compactNumber, fidelityWords, groupedInteger, percent, percentInterval, pointName, pointPlace } from '@shared/charts'
import { accuracyOf, isFidelityResult, type FidelityFinetuneResult } from '@shared/finetune'
import type { Hardware } from '@shared/hardware'
import { deviceBrief, deviceName } from '@shared/hardware-settings'
import type { FinetuneRun, SimulationRun } from '@shared/run'
import type { FidelityPoint, PlacedPoint, SimulationPoint, SimulationResult, SweepParameterId } from '@shared/simulation'
import type { KeyFigure } from './document'

/** Difference of two accuracies in percentage points. */
export const points = (difference: number): string => `${(difference * 100).toFixed(1)} percentage points`

/** 1.96·√(p(1−p)/m): half-width of the 95 % interval that m images alone leave, even without any device error. */
export const binomialHalfWidth = (accuracy: number, images: number): number => 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / Math.max(1, images))

const instances = (count: number): string => (count === 1 ? 'one chip instance, so without an interval' : `${groupedInteger(count)} chip instances`)

/** The point that the summary speaks of: the largest σ of a sweep of σ, else the last. */
export const headlinePoint = (result: SimulationResult): SimulationPoint | undefined => worstOf(result.points)

const worstOf = <P extends PlacedPoint>(points: readonly P[]): P | undefined =>
  points.reduce<P | undefined>((best, p) => (best === undefined || (p.sigma ?? 0) >= (best.sigma ?? 0) ? p : best), undefined)

/** Beginning of the sentence on a point's accuracy: what was swept, and the device. */
function circumstances(point: PlacedPoint, parameter: SweepParameterId | null, hardware: Hardware): string {
  if (point.sigma === null) {
    const device = `On ${deviceName(hardware.device)}`
    return parameter === null ? device : `${device}, ${parameter === 'time' ? '' : 'with '}${pointName(point, parameter)}`
  }
  return parameter === null || parameter === 'sigma'
    ? `With a device uncertainty of σ = ${compactNumber(point.sigma)} of full scale`
    : `With ${pointName(point, parameter)} and σ = ${compactNumber(point.sigma)}`
}

/** Swept quantities of which more can only hurt. */
const burdens: ReadonlySet<SweepParameterId> = new Set(['sigma', 'time', 'wire-resistance'])

export function simulationSentences(run: SimulationRun): string[] {
  const { result } = run
  if (result === null) return [`${run.name} has no result yet (${run.status}).`]
  const { digital, fidelity } = result
  if (fidelity !== undefined || digital === null) return fidelitySentences(run, fidelity ?? [])
  const sentences = [`The digital network recognises ${percent(digital.top1)} of ${groupedInteger(digital.images)} test images (top-1).`]
  const sweep = run.config.settings.sweep
  const point = headlinePoint(result)
  if (point === undefined) return [...sentences, 'No point of the simulation was finished.']
  const accuracy = percentInterval(point.top1.mean, point.top1.ci95)
  const basis = `mean${point.top1.ci95 === null ? '' : ' and 95 % confidence interval'} over ${instances(point.chipInstances)}`
  const loss = digital.top1 - point.top1.mean
  const lossWords = loss > 0.0005 ? `a loss of ${points(loss)}` : 'no loss of accuracy'
  sentences.push(`${circumstances(point, sweep?.parameter ?? null, run.config.hardware)}, accuracy is ${accuracy} (${basis}): ${lossWords}.`)
  if (sweep !== null && result.points.length > 1) {
    const sorted = [...result.points].sort((a, b) => a.top1.mean - b.top1.mean)
    const worst = sorted[0]
    const best = sorted.at(-1)
    if (worst !== undefined && best !== undefined) {
      sentences.push(
        `Over the ${result.points.length} points of the sweep, mean accuracy lies between ${percent(worst.top1.mean)} (${pointName(worst, sweep.parameter)}) ` +
          `and ${percent(best.top1.mean)} (${pointName(best, sweep.parameter)}).`
      )
    }
    if (burdens.has(sweep.parameter)) {
      const rising = [...result.points].sort((a, b) => Number(a.value) - Number(b.value))
      const firstBad = rising.findIndex((p) => digital.top1 - p.top1.mean > 0.01)
      const lastGood = firstBad < 0 ? rising.at(-1) : rising[firstBad - 1]
      const bad = rising[firstBad]
      if (lastGood !== undefined && Number(lastGood.value) > 0) sentences.push(`It stays within one percentage point of the digital network up to ${pointName(lastGood, sweep.parameter)}.`)
      else if (bad !== undefined) sentences.push(`Already ${pointPlace(bad, sweep.parameter)} it loses more than one percentage point.`)
    }
  }
  return sentences
}

function fidelitySentences(run: SimulationRun, points: readonly FidelityPoint[]): string[] {
  const point = worstOf(points)
  const sentences = ['The network has no classes: what counts is how far its output is from the digital network’s, as a signal-to-noise ratio (fidelity).']
  if (point === undefined) return [...sentences, 'No point of the simulation was finished.']
  const parameter = run.config.settings.sweep?.parameter ?? null
  return [...sentences, `${circumstances(point, parameter, run.config.hardware)}, fidelity is ${fidelityWords(point.fidelity)} over ${instances(point.chipInstances)}.`]
}

/** Share of the loss that fine-tuning gave back, relative to the original digital accuracy; null without a loss. */
export function recoveredShare(run: FinetuneRun): number | null {
  if (run.result === null || isFidelityResult(run.result)) return null
  const { before, after } = run.result
  const lost = before.digital.top1 - before.noisy.top1.mean
  return lost <= 0.001 ? null : (after.noisy.top1.mean - before.noisy.top1.mean) / lost
}

/** What was done, as the subject of a sentence. */
function methodPhrase({ config: { settings, hardware } }: FinetuneRun): string {
  const device = deviceBrief(hardware.device)
  switch (settings.method) {
    case 'ha-sgd':
      return `Fine-tuning under noise (HA-SGD, ${device})`
    case 'noise-aware':
      return `Noise-aware fine-tuning with one sample (${device})`
    case 'quantization-aware':
      return `Quantisation-aware fine-tuning without device errors (hardware: ${device})`
    case 'plain':
      return `Plain fine-tuning without the hardware (which is: ${device})`
  }
}

export function finetuneSentences(run: FinetuneRun): string[] {
  const { result } = run
  if (result === null) return [`${run.name} has no result yet (${run.status}).`]
  if (isFidelityResult(result)) return fidelityTuningSentences(run, result)
  const { before, after } = result
  const gain = after.noisy.top1.mean - before.noisy.top1.mean
  const lost = before.digital.top1 - before.noisy.top1.mean
  const share = recoveredShare(run)
  const direction = gain >= 0 ? 'raises' : 'lowers'
  const sentences = [
    `${methodPhrase(run)} ${direction} accuracy on the simulated hardware from ` +
      `${percentInterval(before.noisy.top1.mean, before.noisy.top1.ci95)} to ${percentInterval(after.noisy.top1.mean, after.noisy.top1.ci95)} ` +
      `(${instances(after.noisy.chipInstances)}, ${groupedInteger(after.digital.images)} test images that were not trained on).`
  ]
  if (share !== null && gain > 0) {
    sentences.push(
      gain <= lost
        ? `Of the ${points(lost)} that the hardware costs, ${points(gain)} (${percent(share, 0)}) are recovered.`
        : `That is more than the ${points(lost)} that the hardware costs.`
    )
  }
  sentences.push(`Digital accuracy goes from ${percent(before.digital.top1)} to ${percent(after.digital.top1)}.`)
  return sentences
}

function fidelityTuningSentences(run: FinetuneRun, { before, after, testRange }: FidelityFinetuneResult): string[] {
  return [
    `${methodPhrase(run)} takes the fidelity on the simulated hardware from ${fidelityWords(before.noisy.fidelity)} to ${fidelityWords(after.noisy.fidelity)} ` +
      `(${instances(after.noisy.chipInstances)}, ${groupedInteger(testRange.count)} test images that were not trained on).`,
    `The network has no classes: it learns the output of the digital network as it was before, and is measured against it. Without the hardware its fidelity is now ${fidelityWords(after.digital)}.`
  ]
}

export function keyFigures(run: SimulationRun | FinetuneRun): KeyFigure[] {
  if (run.result === null) return []
  if (run.kind === 'finetune' && isFidelityResult(run.result)) {
    const { before, after } = run.result
    return [
      { label: 'Before, with noise', value: fidelityWords(before.noisy.fidelity), detail: 'fidelity' },
      { label: 'After, with noise', value: fidelityWords(after.noisy.fidelity), detail: `digital ${fidelityWords(after.digital)}` }
    ]
  }
  if (run.kind === 'finetune') {
    const { before, after } = accuracyOf(run.result)
    const share = recoveredShare(run)
    return [
      { label: 'Before, with noise', value: percent(before.noisy.top1.mean), detail: `digital ${percent(before.digital.top1)}` },
      { label: 'After, with noise', value: percent(after.noisy.top1.mean), detail: `digital ${percent(after.digital.top1)}` },
      ...(share === null ? [] : [{ label: 'Loss recovered', value: percent(share, 0), detail: 'of the accuracy lost to noise' }])
    ]
  }
  const point = headlinePoint(run.result)
  const { digital, fidelity } = run.result
  if (fidelity !== undefined || digital === null) {
    const worst = worstOf(fidelity ?? [])
    if (worst === undefined) return []
    return [{ label: `Fidelity, ${pointName(worst, run.config.settings.sweep?.parameter ?? null)}`, value: fidelityWords(worst.fidelity), detail: `${groupedInteger(run.result.imageRange.count)} images` }]
  }
  return [
    { label: 'Digital', value: percent(digital.top1), detail: `${groupedInteger(digital.images)} images` },
    ...(point === undefined
      ? []
      : [
          { label: `On hardware, ${pointName(point, run.config.settings.sweep?.parameter ?? null)}`, value: percent(point.top1.mean), detail: point.top1.ci95 === null ? 'one chip instance' : `± ${percent(point.top1.ci95)} (95 % interval)` },
          { label: 'Loss', value: `${((digital.top1 - point.top1.mean) * 100).toFixed(1)}`, detail: 'percentage points' }
        ])
  ]
}
