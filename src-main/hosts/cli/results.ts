/** Results as JSON documents and as tables. Pure. */
import type { CalibrationSet } from '@shared/calibration'
import { accuracyTable, fidelityTable, fidelityWords, fixedNumber, learntRangesTable, percent, percentInterval, type Table } from '@shared/charts'
import type { FinetuneRun, RunRecord, SimulationRun } from '@shared/run'
import type { DigitalResult, FidelityPoint, SimulationPoint } from '@shared/simulation'
import { isFidelityResult, type Evaluation, type FidelityEvaluation, type FinetuneMetric, type FinetuneResult } from '@shared/finetune'
import { describeDigitalLayers, type ActiveEffect } from '@shared/effects'
import { effectsInForce } from '@shared/effects-in-force'
import { requestWarnings } from '@shared/run-problems'
import { calibrationJson } from './calibration-results'
import { printable, textTable } from './text-table'

/** With more classes than this, confusion matrices stay in run.json: they would be most of the document. */
const mostClassesInJson = 100

export const withoutLargeConfusion = <T extends { confusion: number[][] }>(value: T): Omit<T, 'confusion'> & { confusion: number[][] | null } => ({
  ...value, confusion: value.confusion.length > mostClassesInJson ? null : value.confusion
})

/** What identifies the run in a document. Times and folders are left out of what must not depend on workers. */
export function identity(run: RunRecord) {
  const { network, dataset, ...versions } = run.provenance
  return {
    status: run.status,
    model: { name: network.name, sha256: network.sha256 },
    data: { name: dataset.name, sha256: dataset.sha256, preprocessing: dataset.preprocessing },
    hardware: run.config.hardware,
    activeEffects: run.activeEffects,
    warnings: requestWarnings(run),
    seed: run.config.settings.seed,
    versions
  }
}

/** Where the run is stored; null in a temporary project. */
export interface Stored {
  id: string
  folder: string
}

export interface SimulationValues {
  digital: DigitalResult | null
  points: readonly SimulationPoint[]
  /** Of a network without classes, in place of the others. */
  fidelity?: readonly FidelityPoint[] | undefined
}

export function simulationJson(run: SimulationRun, { digital, points, fidelity }: SimulationValues, stored: Stored | null, calibrations: readonly CalibrationSet[] = []) {
  const { settings } = run.config
  return {
    ...identity(run),
    activeEffects: effectsInForce(run, fidelity ?? points),
    sweep: settings.sweep,
    chipInstances: settings.chipInstances,
    images: run.result?.imageRange.count ?? settings.images.count,
    imageRange: run.result?.imageRange ?? null,
    classNames: run.result?.classNames ?? null,
    digital: digital === null ? null : withoutLargeConfusion(digital),
    points: points.map(withoutLargeConfusion),
    calibrations: calibrations.map(calibrationJson),
    fidelity: fidelity ?? null,
    run: stored
  }
}

/** One line of the numbered list of active effects. */
export const effectLine = ({ name, description, layers }: ActiveEffect, index: number): string =>
  `  ${index + 1}. ${name}${layers === undefined ? '' : ` (${layers.join(', ')})`}: ${description}`

export function simulationText(run: SimulationRun, { digital, points, fidelity }: SimulationValues): string {
  if (fidelity !== undefined) return fidelityText(run, fidelity)
  const parameter = run.config.settings.sweep?.parameter ?? null
  const table: Table = accuracyTable([{ name: run.name, points, digitalTop1: digital?.top1 ?? null }], parameter)
  const wanted = table.columns.flatMap((c, index) => (['q05', 'q25', 'q75', 'q95', 'digital'].includes(c.key) || (c.key === 'mu' && points.every((p) => p.mu === 0)) ? [] : [index]))
  const short: Table = {
    columns: wanted.flatMap((index) => table.columns[index] ?? []),
    rows: table.rows.map((row) => wanted.map((index) => row[index] ?? null))
  }
  const effects = effectsInForce(run, points).map(effectLine)
  const digitalLayers = describeDigitalLayers(run.config.hardware)
  return [
    digital === null ? 'Digital accuracy is not known yet.' : `Digital top-1  ${percent(digital.top1, 2)}   top-5  ${percent(digital.top5, 2)}   on ${digital.images} images`,
    ...(effects.length === 0 ? ['No analog effect is active.'] : ['Active effects:', ...effects.map(printable)]),
    ...(digitalLayers === null ? [] : [printable(digitalLayers)]),
    '', 'Top-1 on the simulated hardware',
    textTable(short)
  ].map((line) => line.replace(/\u00a0/g, ' ')).join('\n')
}

/** The same for a network without classes. */
function fidelityText(run: SimulationRun, points: readonly FidelityPoint[]): string {
  const table = fidelityTable([{ name: run.name, points }], run.config.settings.sweep?.parameter ?? null)
  const wanted = table.columns.flatMap((c, index) => (['mean', 'q05', 'q25', 'q75', 'q95', 'exact', 'silent', 'overflow'].includes(c.key) ? [] : [index]))
  const effects = effectsInForce(run, points).map(effectLine)
  const digitalLayers = describeDigitalLayers(run.config.hardware)
  return [
    'The network has no classes: labels are not used. Fidelity is the output’s signal-to-noise ratio against the digital network.',
    ...(effects.length === 0 ? ['No analog effect is active.'] : ['Active effects:', ...effects.map(printable)]),
    ...(digitalLayers === null ? [] : [printable(digitalLayers)]),
    '', 'Fidelity on the simulated hardware, dB',
    textTable({ columns: wanted.flatMap((index) => table.columns[index] ?? []), rows: table.rows.map((row) => wanted.map((index) => row[index] ?? null)) })
  ].map((line) => line.replace(/\u00a0/g, ' ')).join('\n')
}

const evaluationJson = (evaluation: Evaluation | FidelityEvaluation) =>
  'confusion' in evaluation.digital && 'confusion' in evaluation.noisy ? { digital: withoutLargeConfusion(evaluation.digital), noisy: withoutLargeConfusion(evaluation.noisy) } : evaluation

/** The exported file as it lies where the person asked for it. */
export interface ExportedNetwork {
  file: string
  sha256: string
  bytes: number
}

export function finetuneJson(run: FinetuneRun, history: readonly FinetuneMetric[], exported: ExportedNetwork | null, stored: Stored | null) {
  const { result } = run
  return {
    ...identity(run),
    settings: run.config.settings,
    before: result === null ? null : evaluationJson(result.before),
    after: result === null ? null : evaluationJson(result.after),
    history,
    bestStep: result?.bestStep ?? null,
    steps: result?.steps ?? null,
    trainRange: result?.trainRange ?? null,
    validationRange: result?.validationRange ?? null,
    testRange: result?.testRange ?? null,
    classNames: result?.classNames ?? null,
    learnt: result?.learnt ?? null,
    export: exported,
    run: stored
  }
}

function beforeAfterTable(result: FinetuneResult): Table {
  const chips = `${result.after.noisy.chipInstances} chip instances`
  const table = (labels: readonly string[], rows: string[][]): Table => ({ columns: labels.map((label, index) => ({ key: String(index), label, kind: 'text' as const })), rows })
  if (isFidelityResult(result)) {
    const row = (name: string, { digital, noisy: { fidelity } }: FidelityEvaluation) =>
      [name, fidelityWords(digital, 2), fidelityWords(fidelity, 2), fidelity.decibels === null ? '–' : fixedNumber(fidelity.decibels.min, 2)].map((text) => text.replace(/\u00a0/g, ' '))
    return table(['', 'Fidelity, digital', `Fidelity with noise (${chips})`, 'Worst chip (dB)'], [row('before', result.before), row('after', result.after)])
  }
  const row = (name: string, { digital, noisy }: Evaluation) => [name, percent(digital.top1, 2), percentInterval(noisy.top1.mean, noisy.top1.ci95, 2), percent(noisy.top1.min, 2)]
  return table(['', 'Digital top-1', `Top-1 with noise (${chips})`, 'Worst chip'], [row('before', result.before), row('after', result.after)])
}

export function finetuneText(run: FinetuneRun, exported: ExportedNetwork | null): string {
  const { result } = run
  if (result === null) return 'The fine-tuning did not finish.'
  return [
    textTable(beforeAfterTable(result)),
    '',
    ...(result.learnt === null ? [] : [textTable(learntRangesTable(result.learnt.ranges)), '']),
    `Kept step ${result.bestStep} of ${result.steps}; tested on ${result.testRange.count} images that were not trained on.`,
    ...(exported === null ? [] : [`Exported ${printable(exported.file)} (${exported.bytes} bytes, SHA-256 ${exported.sha256}).`])
  ].join('\n')
}
