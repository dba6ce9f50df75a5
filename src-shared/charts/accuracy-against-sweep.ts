/** Accuracy against a swept parameter. */
import type { EChartsOption } from 'echarts'
import type { SimulationPoint } from '../simulation'
import { percent, percentInterval } from './format'
import { measureAgainstSweep, spokenPoints, spokenSweep, type AgainstSweepOptions } from './measure-against-sweep'
import { accuracyMeasure } from './quality-measure'
import { pointLabel } from './sweep-axis'

export interface AccuracySeries {
  name: string
  points: readonly SimulationPoint[]
  /** Accuracy of the digital network; null draws no reference. */
  digitalTop1: number | null
}

export interface AccuracyAgainstSweepOptions extends AgainstSweepOptions {
  metric?: 'top1' | 'top5'
}

export function accuracyAgainstSweep(series: readonly AccuracySeries[], options: AccuracyAgainstSweepOptions): EChartsOption {
  const { metric = 'top1' } = options
  const measured = series.map(({ name, points, digitalTop1 }) => ({
    name, points: points.map((point) => ({ point, statistics: point[metric] })), reference: metric === 'top1' ? digitalTop1 : null
  }))
  return measureAgainstSweep(measured, { ...options, measure: accuracyMeasure(metric), description: describe(series, options) })
}

/** For screen readers: what the picture shows, in sentences. */
function describe(series: readonly AccuracySeries[], { parameter, metric = 'top1' }: AccuracyAgainstSweepOptions): string {
  const sentences = series.map((s) => {
    const points = spokenPoints(s.points.map((p) => `${pointLabel(p, parameter)}: ${percentInterval(p[metric].mean, p[metric].ci95)}`))
    return `${s.name}: ${s.digitalTop1 === null ? '' : `digital ${percent(s.digitalTop1)}; `}${points}.`
  })
  return `${accuracyMeasure(metric).axisName} against ${spokenSweep(parameter)}, mean and 95 % confidence interval. ${sentences.join(' ')}`
}
