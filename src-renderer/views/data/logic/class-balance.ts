/** Class balance as a bar chart, and the same as a table. */
import type { EChartsOption } from 'echarts'
import { groupedInteger, percent, seriesColour, type ChartPalette, type Table } from '@shared/charts'
import { axisStyle, frame } from '@shared/charts/frame'
import type { DatasetSummary } from '@shared/dataset'

/** Largest class over smallest; null when a class is empty. */
export function imbalance(counts: readonly number[]): number | null {
  const smallest = Math.min(...counts)
  return counts.length === 0 || smallest === 0 ? null : Math.max(...counts) / smallest
}

/** From here on accuracy says little unless it is read class by class. */
const worthSaying = 1.5

/** A sentence about the balance. */
export function describeBalance(dataset: DatasetSummary): string {
  const empty = dataset.classCounts.filter((count) => count === 0).length
  if (empty > 0) return `${empty} of ${dataset.classNames.length} classes have no image.`
  const ratio = imbalance(dataset.classCounts) ?? 1
  const often = Math.max(...dataset.classCounts) / Math.max(1, dataset.count)
  return ratio < worthSaying
    ? `Balanced: the largest class is ${ratio.toFixed(2)} times the smallest.`
    : `Unbalanced: the largest class is ${ratio.toFixed(1)} times the smallest. Always answering it gives ${percent(often)} accuracy.`
}

export function classBalanceOption(dataset: DatasetSummary, palette: ChartPalette): EChartsOption {
  const base = frame(palette, `Images per class. ${describeBalance(dataset)}`)
  return {
    ...base,
    grid: { left: 52, right: 12, top: 12, bottom: 44 },
    tooltip: { ...(base.tooltip as object), trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (value) => `${groupedInteger(Number(value))} images` },
    xAxis: { type: 'category', ...axisStyle(palette, '', 28), data: [...dataset.classNames], axisTick: { show: false }, splitLine: { show: false }, axisLabel: { color: palette.mutedText, fontSize: 11, hideOverlap: true, width: 64, overflow: 'truncate', rotate: dataset.classNames.some((name) => name.length > 4) ? 40 : 0 } },
    yAxis: { type: 'value', ...axisStyle(palette, '', 40), axisLine: { show: false }, axisTick: { show: false }, minInterval: 1, axisLabel: { color: palette.mutedText, fontSize: 11, formatter: (value: number) => groupedInteger(value) } },
    series: [{ type: 'bar', name: 'Images', data: [...dataset.classCounts], barMaxWidth: 28, itemStyle: { color: seriesColour(palette, 0) } }]
  }
}

export const classBalanceTable = (dataset: DatasetSummary): Table => ({
  columns: [
    { key: 'class', label: 'Class', kind: 'text' },
    { key: 'images', label: 'Images', kind: 'integer' },
    { key: 'share', label: 'Share', kind: 'percent' }
  ],
  rows: dataset.classNames.map((name, index) => [name, dataset.classCounts[index] ?? 0, (dataset.classCounts[index] ?? 0) / Math.max(1, dataset.count)])
})
