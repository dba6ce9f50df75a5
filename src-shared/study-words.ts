/** What a study found, in plain sentences: for screens, reports and the command line. */
import { compactNumber, fixedNumber, percent, percentInterval, pointName, pointPlace, sweepPhrase, sweepValueLabel, type Table } from './charts'
import { granularityLabels, type ScaleGranularity } from './hardware'
import type { SweepParameterId } from './simulation'
import type { StudyFindings, StudyPoint } from './study'
import { halfLoss, type HalfLoss } from './study-halves'

type Parameter = SweepParameterId | null

/** Values between those of the sweep are known to two digits at best. */
const interpolatedDigits = 2

const rounded = (value: number): number => Number(value.toPrecision(interpolatedDigits))
const ownPlace = ({ value }: Pick<StudyPoint, 'value'>, parameter: Parameter): string => (value === null ? 'on the hardware as described' : pointPlace({ value, sigma: null }, parameter))

/** `at σ = 0.043 (0.041 to 0.045)` */
export function halfLossWords(loss: HalfLoss | null, parameter: Parameter): string {
  if (loss === null || parameter === null) return loss?.kind === 'single' ? (loss.lost ? 'lost' : 'kept') : '–'
  switch (loss.kind) {
    case 'at': {
      const { value, earliest, latest, last } = loss
      const bound = (end: number | null): string => (end === null ? `above ${compactNumber(last)}` : compactNumber(end, interpolatedDigits))
      const range = earliest === latest ? '' : ` (${bound(earliest)} to ${bound(latest)})`
      return `${ownPlace({ value: rounded(value) }, parameter)}${range}`
    }
    case 'already':
      return `${ownPlace(loss, parameter)} already`
    case 'kept':
      return `not up to ${pointName({ value: loss.value, sigma: null }, parameter)}`
    case 'values':
      return loss.values.length === 0 ? 'at no value' : `at ${sweepPhrase(parameter)} ${loss.values.map((value) => sweepValueLabel(value, parameter)).join(', ')}`
    case 'single':
      return loss.lost ? 'lost' : 'kept'
  }
}

/** A row per network, a column per representation: where half of the accuracy is lost. */
export function studyHalvesTable(findings: StudyFindings, scales: readonly ScaleGranularity[], parameter: Parameter): Table {
  return {
    columns: [{ key: 'network', label: 'Network', kind: 'text' }, ...scales.map((scale) => ({ key: scale, label: granularityLabels[scale], kind: 'text' as const }))],
    rows: findings.networks.map(({ name }, network) => [name, ...scales.map((scale) => halfLossWords(halfLoss(findings, network, scale, parameter), parameter))])
  }
}

const scalesOf = ({ points }: StudyFindings): ScaleGranularity[] => [...new Set(points.map(({ scale }) => scale))]

/** One sentence per representation: at which σ each network has lost half of its accuracy. What is said of several networks is written out once. */
function halfSentences(findings: StudyFindings, parameter: Parameter): string[] {
  return scalesOf(findings).map((scale) => {
    const said = new Set<string>()
    const once = (long: string, short: string): string => {
      const text = said.has(long) ? short : long
      said.add(long)
      return text
    }
    const parts = findings.networks.flatMap(({ name }, network) => {
      const loss = halfLoss(findings, network, scale, parameter)
      if (loss === null) return []
      if (loss.kind === 'single') return [`${name} has ${loss.lost ? 'less' : 'more'} than half of its digital accuracy left`]
      const kept = loss.kind === 'kept' ? `up to ${pointName({ value: loss.value, sigma: null }, parameter)}` : loss.kind === 'values' && loss.values.length === 0 ? 'at every value' : null
      if (kept !== null) return [`${name} keeps more than half${once(' of its digital accuracy', '')} ${kept}`]
      return [`${name} ${once('loses half of its digital accuracy ', '')}${halfLossWords(loss, parameter)}`]
    })
    const label = granularityLabels[scale]
    return `Scales, ${label.charAt(0).toLowerCase()}${label.slice(1)}: ${parts.join('; ')}.`
  })
}

/** The point whose gain over the original is largest beyond its interval; null where there is none. */
function largestGain({ points }: StudyFindings): (StudyPoint & { gain: NonNullable<StudyPoint['gain']> }) | null {
  let best: (StudyPoint & { gain: NonNullable<StudyPoint['gain']> }) | null = null
  for (const point of points) {
    const { gain } = point
    if (gain !== null && gain.mean > (gain.ci95 ?? 0) && gain.mean > (best?.gain.mean ?? 0)) best = { ...point, gain }
  }
  return best
}

/** What is common to all numbers of a study. */
export const pairingSentence = 'Every network and representation is put on the same chip instances (the same draws), so that differences between them are taken chip by chip.'

export function studySentences(findings: StudyFindings, parameter: Parameter): string[] {
  const { networks } = findings
  const known = networks.flatMap(({ name, digital }) => (digital === null ? [] : [`${name} ${percent(digital.top1)}`]))
  if (known.length === 0) return ['Nothing is measured yet.']
  const sentences = [`Digital top-1 accuracy: ${known.join(', ')}.`, ...halfSentences(findings, parameter)]
  const best = largestGain(findings)
  if (best !== null) {
    const { mean, ci95 } = best.gain
    const before = findings.points.find(({ network, scale, value }) => network === 0 && scale === best.scale && value === best.value)
    const from = before === undefined ? '' : `, from ${percentInterval(before.top1.mean, before.top1.ci95)} to ${percentInterval(best.top1.mean, best.top1.ci95)}`
    sentences.push(
      `The largest gain over ${networks[0]?.name ?? ''} is that of ${networks[best.network]?.name ?? ''} (scales: ${best.scale}) ${ownPlace(best, parameter)}: ` +
        `${fixedNumber(mean * 100, 1)}${ci95 === null ? '' : `\u00a0±\u00a0${fixedNumber(ci95 * 100, 1)}`} percentage points${from}.`
    )
  } else if (networks.length > 1 && findings.points.some(({ gain }) => gain !== null)) {
    sentences.push(`No network does better than ${networks[0]?.name ?? ''} by more than chance between chip instances.`)
  }
  return sentences
}
