/** Accuracy of each class (its share of images recognised), side by side for several results. */
import type { EChartsOption } from 'echarts'
import { percent } from './format'
import { axisStyle, frame, insideZoom, legend, type ChartOptions } from './frame'
import { seriesColour } from './palette'

export interface ClassAccuracySeries {
  name: string
  /** confusion[true class][predicted class], counts. */
  confusion: readonly (readonly number[])[]
}

/** Share of each class's images that were recognised; null for classes without images. */
export function classAccuracies(confusion: readonly (readonly number[])[]): (number | null)[] {
  return confusion.map((row, truth) => {
    const sum = row.reduce((a, b) => a + b, 0)
    return sum === 0 ? null : (row[truth] ?? 0) / sum
  })
}

/** Height in pixels at which the bars of so many classes and series are readable. */
export const classAccuracyHeight = (classes: number, series: number): number => 90 + classes * Math.max(16, 8 + 9 * series)

export function classAccuracy(series: readonly ClassAccuracySeries[], classNames: readonly string[], options: ChartOptions): EChartsOption {
  const { palette } = options
  const classes = Math.max(0, ...series.map((s) => s.confusion.length))
  const names = Array.from({ length: classes }, (_, index) => classNames[index] ?? String(index))
  const accuracies = series.map((s) => classAccuracies(s.confusion))
  const description =
    'Accuracy of each class. ' +
    series.map((s, index) => {
      const worst = (accuracies[index] ?? []).flatMap((value, c) => (value === null ? [] : [{ value, name: names[c] ?? '' }])).sort((a, b) => a.value - b.value)[0]
      return worst === undefined ? '' : `${s.name}: lowest is ${worst.name} with ${percent(worst.value)}.`
    }).join(' ')
  const base = frame(palette, description)
  const style = axisStyle(palette, 'Accuracy of the class', 30)
  return {
    ...base,
    legend: legend(palette, series.map((s) => s.name)),
    grid: { left: 104, right: 24, top: series.length > 1 ? 34 : 12, bottom: 50 },
    tooltip: { ...base.tooltip, trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (value) => percent(typeof value === 'number' ? value : null, 2) },
    xAxis: { ...style, type: 'value', min: 0, max: 1, axisLabel: { ...style.axisLabel, formatter: (value: number) => percent(value, 0) } },
    yAxis: {
      ...axisStyle(palette, '', 0), type: 'category', data: names, inverse: true, splitLine: { show: false }, axisTick: { show: false },
      axisLabel: { ...style.axisLabel, overflow: 'truncate', width: 92 }
    },
    ...(options.zoom === true ? { dataZoom: insideZoom('y') } : {}),
    series: series.map((s, index) => ({
      type: 'bar' as const, name: s.name, data: (accuracies[index] ?? []).map((value) => value ?? '-'), barMaxWidth: 14, barGap: '10%',
      itemStyle: { color: seriesColour(palette, index) }
    }))
  }
}
