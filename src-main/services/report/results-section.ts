/** Sections on what came out: simulations, fine-tunings, comparison of runs. */
import type { EChartsOption } from 'echarts'
import {
  accuracyAgainstSweep, accuracyTable, chartPalettes, classAccuracy, classAccuracyHeight, compactNumber, confusionMatrix, distributionOverInstances, duration, fidelityAgainstSweep,
  evaluationGroups, fidelityGroups, fidelityMeasure, fidelityTable, groupedInteger, learntRangesTable, percent, pointLabel, pointName, sweepLabel, trainingCurves, type AccuracySeries, type FidelitySeries, type Table
} from '@shared/charts'
import { isFidelityResult, type FinetuneResult } from '@shared/finetune'
import { finetuneFacts } from '@shared/finetune-words'
import type { FinetuneRun, RunRecord, SimulationRun } from '@shared/run'
import type { FidelityPoint, SimulationPoint } from '@shared/simulation'
import type { Block } from './document'
import { binomialHalfWidth, headlinePoint } from './sentences'

const palette = chartPalettes.print
const width = 720
/** Beyond this a confusion matrix or bars per class are a grey square. */
const mostClassesDrawn = 100

export function statusBlocks(run: RunRecord): Block[] {
  if (run.status === 'finished') return []
  const problem = run.problem === null ? '' : ` ${run.problem.message}`
  return [{ kind: 'note', text: `This run is ${run.status} at ${percent(run.progress, 0)}; what follows is partial.${problem}` }]
}

const parameterOf = (run: SimulationRun) => run.config.settings.sweep?.parameter ?? null

/** Confusion matrix and accuracy per class of the digital network and of one point. */
function classBlocks(classNames: readonly string[], digital: readonly (readonly number[])[], point: SimulationPoint, label: string): Block[] {
  const classes = point.confusion.length
  if (classes === 0 || classes > mostClassesDrawn) return []
  const series = [{ name: 'digital', confusion: digital }, { name: label, confusion: point.confusion }]
  return [
    {
      kind: 'chart', caption: `Confusion matrix at ${label}, counts of all chip instances, each row divided by its sum; numbers are per cent.`,
      option: confusionMatrix(point.confusion, classNames, { palette }), width, height: classes > 12 ? 620 : 460
    },
    ...(classes <= 30
      ? [{
          kind: 'chart' as const, caption: `Accuracy of each class, digital and at ${label}.`,
          option: classAccuracy(series, classNames, { palette }), width, height: classAccuracyHeight(classes, 2)
        }]
      : [])
  ]
}

export function simulationBlocks(run: SimulationRun): Block[] {
  const { result } = run
  const blocks: Block[] = [{ kind: 'heading', level: 3, text: run.name }, ...statusBlocks(run)]
  if (result === null) return blocks
  const parameter = parameterOf(run)
  if (result.fidelity !== undefined) return [...blocks, ...fidelityBlocks(run, result.fidelity)]
  const { digital } = result
  if (digital === null) return blocks
  const series: AccuracySeries[] = [{ name: run.name, points: result.points, digitalTop1: digital.top1 }]
  const headline = headlinePoint(result)
  const label = headline === undefined ? '' : pointName(headline, parameter)
  const totalSeconds = result.points.reduce((sum, p) => sum + p.seconds, 0)
  blocks.push(
    { kind: 'table', caption: 'Top-1 accuracy over chip instances; ± 95 % CI is the half-width of the confidence interval of the mean (Student t).', table: accuracyTable(series, parameter) }
  )
  if (result.points.length > 1) {
    blocks.push({
      kind: 'chart', caption: 'Top-1 accuracy: mean, 95 % confidence band of the mean (darker) and range from the worst to the best chip instance (lighter).',
      option: accuracyAgainstSweep(series, { palette, parameter, spread: 'min-max' }), width, height: 380
    })
  }
  if (result.points.some((p) => p.chipInstances > 1)) {
    blocks.push({
      kind: 'chart', caption: 'Every chip instance (points) with quartiles (box) and extremes (whiskers).',
      option: distributionOverInstances(result.points.map((p) => ({ name: pointLabel(p, parameter), statistics: p.top1 })), { palette, axisName: sweepLabel(parameter), digitalTop1: digital.top1 }),
      width, height: 340
    })
  }
  if (headline !== undefined) blocks.push(...classBlocks(result.classNames, digital.confusion, headline, label))
  const half = binomialHalfWidth(digital.top1, digital.images)
  blocks.push({
    kind: 'note',
    text:
      `Images ${groupedInteger(result.imageRange.first)} to ${groupedInteger(result.imageRange.first + result.imageRange.count - 1)} of the data set. The finite number of images alone leaves ` +
      `± ${percent(half)} (95 %) on every accuracy here as an estimate for unseen images; the intervals above are about chip instances on these images. ` +
      `Compute time ${duration(totalSeconds)} for ${result.points.length} ${result.points.length === 1 ? 'point' : 'points'}.`
  })
  return blocks
}

/** A network without classes. */
function fidelityBlocks(run: SimulationRun, points: readonly FidelityPoint[]): Block[] {
  const parameter = parameterOf(run)
  const series = [{ name: run.name, points }]
  return [
    { kind: 'table', caption: 'Fidelity: signal-to-noise ratio of the output against the digital network in dB, over chip instances; ± 95 % CI is the half-width of the confidence interval of the mean (Student t). Chip instances without a finite ratio are counted beside it.', table: fidelityTable(series, parameter) },
    ...(points.filter(({ fidelity }) => fidelity.decibels !== null).length > 1
      ? [{ kind: 'chart' as const, caption: 'Fidelity: mean, 95 % confidence band of the mean (darker) and range from the worst to the best chip instance (lighter).', option: fidelityAgainstSweep(series, { palette, parameter, spread: 'min-max' }), width, height: 380 }]
      : []),
    ...(points.some(({ fidelity }) => (fidelity.decibels?.values.length ?? 0) > 1)
      ? [{
          kind: 'chart' as const, caption: 'Fidelity of every chip instance (points) with quartiles (box) and extremes (whiskers); chip instances without a finite ratio are not drawn.',
          option: distributionOverInstances(fidelityGroups(points, parameter), { palette, axisName: sweepLabel(parameter), measure: fidelityMeasure }), width, height: 340
        }]
      : []),
    { kind: 'note', text: `The network has no classes, so there is no accuracy; labels of the data were not used. ${groupedInteger(run.result?.imageRange.count ?? 0)} images.` }
  ]
}

function beforeAfterTable(result: FinetuneResult): Table {
  if (isFidelityResult(result)) return fidelityTable([{ name: 'Before', points: [result.before.noisy] }, { name: 'After', points: [result.after.noisy] }], null)
  const { before, after } = result
  const row = (name: string, of: (e: typeof before) => number | null) => {
    const [b, a] = [of(before), of(after)]
    return [name, b, a, b === null || a === null ? null : a - b]
  }
  return {
    columns: [
      { key: 'quantity', label: 'Quantity', kind: 'text' }, { key: 'before', label: 'Before', kind: 'percent' },
      { key: 'after', label: 'After', kind: 'percent' }, { key: 'change', label: 'Change (points)', kind: 'points' }
    ],
    rows: [
      row('Digital top-1', (e) => e.digital.top1), row('Top-1 with noise, mean', (e) => e.noisy.top1.mean), row('± 95 % CI', (e) => e.noisy.top1.ci95),
      row('Standard deviation', (e) => e.noisy.top1.std), row('Worst chip instance', (e) => e.noisy.top1.min), row('Best chip instance', (e) => e.noisy.top1.max),
      row('Digital top-5', (e) => e.digital.top5), row('Top-5 with noise, mean', (e) => e.noisy.top5.mean)
    ]
  }
}

export function finetuneBlocks(run: FinetuneRun): Block[] {
  const { result } = run
  const { settings } = run.config
  const blocks: Block[] = [{ kind: 'heading', level: 3, text: run.name }, ...statusBlocks(run)]
  if (result === null) return blocks
  const range = ({ first, count }: { first: number; count: number }): string => `${groupedInteger(count)} from image ${groupedInteger(first)}`
  blocks.push(
    { kind: 'table', caption: 'Before and after fine-tuning, on the same test images and the same draws of noise.', table: beforeAfterTable(result) },
    { kind: 'chart', caption: 'Course of the fine-tuning. The dotted line marks the checkpoint that was kept: the best validation under noise.', option: trainingCurves(result.history, { palette }), width, height: 440 },
    {
      kind: 'chart', caption: 'Every chip instance before and after.',
      option: distributionOverInstances(
        evaluationGroups(result), { palette, ...(isFidelityResult(result) ? { measure: fidelityMeasure } : { digitalTop1: result.before.digital.top1 }) }
      ),
      width, height: 320
    },
    {
      kind: 'facts',
      facts: [
        ...finetuneFacts(settings),
        ...(isFidelityResult(result) ? [['Loss', 'square error of the output against the digital network’s, as a share of that output’s energy'] satisfies [string, string]] : []),
        ['Steps', `${groupedInteger(result.steps)} (of ${compactNumber(settings.epochs)} epochs); kept: step ${groupedInteger(result.bestStep)}`],
        ['Training images', range(result.trainRange)], ['Validation images', range(result.validationRange)], ['Test images', range(result.testRange)],
        ['Exported network', `${result.export.file}, ${groupedInteger(result.export.bytes)} bytes`], ['SHA-256 of the export', result.export.sha256]
      ]
    }
  )
  if (result.learnt !== null) {
    blocks.push({ kind: 'table', caption: 'Converter ranges that were learnt, at the checkpoint that was kept. The figures after are measured with them.', table: learntRangesTable(result.learnt.ranges) })
  }
  if (!isFidelityResult(result)) blocks.push(...classBlocks(result.classNames, result.after.digital.confusion, result.after.noisy, 'after fine-tuning, with noise'))
  return blocks
}

/** Simulations with the same swept parameter and the same measure in one picture; nothing when there are fewer than two. */
export function comparisonBlocks(runs: readonly SimulationRun[]): Block[] {
  return [...new Set(runs.map(parameterOf))].flatMap((parameter) => {
    const swept = runs.filter((run) => parameterOf(run) === parameter)
    const accuracies = swept.flatMap(({ name, result }): AccuracySeries[] => (result === null || result.digital === null ? [] : [{ name, points: result.points, digitalTop1: result.digital.top1 }]))
    const fidelities = swept.flatMap(({ name, result }): FidelitySeries[] => (result?.fidelity === undefined ? [] : [{ name, points: result.fidelity }]))
    return [
      ...comparison(accuracies, 'top-1 accuracy', (series) => accuracyAgainstSweep(series, { palette, parameter })),
      ...comparison(fidelities, 'fidelity to the digital network', (series) => fidelityAgainstSweep(series, { palette, parameter }))
    ]
  })
}

function comparison<S>(series: readonly S[], what: string, draw: (series: readonly S[]) => EChartsOption): Block[] {
  if (series.length < 2) return []
  return [{ kind: 'chart', caption: `Comparison of ${series.length} simulations: ${what}, mean and 95 % confidence band.`, option: draw(series), width, height: 400 }]
}
