/** What a study found as a JSON document and as text. Pure. */
import { studyGainGrid, studyGrid } from '@shared/charts'
import type { StudyRun } from '@shared/run'
import type { StudyFindings } from '@shared/study'
import { halfLoss } from '@shared/study-halves'
import { pairingSentence, studyHalvesTable, studySentences } from '@shared/study-words'
import { identity, type Stored } from './results'
import { printable, textTable } from './text-table'

export function studyJson(run: StudyRun, findings: StudyFindings, stored: Stored | null) {
  const { settings } = run.config
  const parameter = settings.sweep?.parameter ?? null
  const nameOf = (network: number): string => findings.networks[network]?.name ?? ''
  return {
    ...identity(run),
    scales: settings.scales,
    sweep: settings.sweep,
    chipInstances: settings.chipInstances,
    images: run.result?.imageRange.count ?? settings.images.count,
    imageRange: run.result?.imageRange ?? null,
    networks: findings.networks,
    points: findings.points.map(({ network, ...point }) => ({ network: nameOf(network), ...point })),
    halfOfAccuracyLost: settings.scales.flatMap((scale) => findings.networks.map(({ name }, network) => ({ network: name, scale, at: halfLoss(findings, network, scale, parameter) }))),
    run: stored
  }
}

export function studyText(run: StudyRun, findings: StudyFindings): string {
  const { settings } = run.config
  const parameter = settings.sweep?.parameter ?? null
  const measured = findings.points.length > 0
  return [
    ...studySentences(findings, parameter).map(printable),
    ...(measured ? [pairingSentence, '', 'Top-1 accuracy in per cent, mean ± 95 % interval', textTable(studyGrid(findings, parameter))] : []),
    ...(measured ? ['', 'Half of the digital accuracy is lost', textTable(studyHalvesTable(findings, settings.scales, parameter))] : []),
    ...(measured && findings.networks.length > 1 ? ['', `Gain over ${printable(findings.networks[0]?.name ?? '')} in percentage points, chip by chip`, textTable(studyGainGrid(findings, parameter))] : [])
  ].map((line) => line.replace(/\u00a0/g, ' ')).join('\n')
}
