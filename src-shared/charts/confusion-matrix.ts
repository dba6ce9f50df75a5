/** Confusion matrix as a heat map: each row (true class) divided by its sum, counts in the tooltip. */
import type { EChartsOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import { escapeHtml, groupedInteger, percent } from './format'
import { axisStyle, frame, type ChartOptions } from './frame'

/** More classes than this leave no room for numbers in the cells. */
const mostLabelledClasses = 20

/** `confusion[true class][predicted class]` divided by the sum of its row; null in rows without images. */
export function rowFractions(confusion: readonly (readonly number[])[]): (number | null)[][] {
  return confusion.map((row) => {
    const sum = row.reduce((a, b) => a + b, 0)
    return row.map((count) => (sum === 0 ? null : count / sum))
  })
}

export function confusionMatrix(confusion: readonly (readonly number[])[], classNames: readonly string[], options: ChartOptions): EChartsOption {
  const { palette } = options
  const fractions = rowFractions(confusion)
  const name = (index: number): string => classNames[index] ?? String(index)
  const names = confusion.map((_, index) => name(index))
  const labelled = confusion.length <= mostLabelledClasses
  const data = fractions.flatMap((row, truth) =>
    row.flatMap((fraction, predicted) =>
      fraction === null
        ? []
        : [{
            value: [predicted, truth, fraction] as [number, number, number],
            label: { color: fraction > 0.5 ? palette.cellText.high : palette.cellText.low }
          }]
    )
  )
  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hit = Array.isArray(given) ? given[0] : given
    const [predicted, truth, fraction] = (hit?.value ?? [0, 0, 0]) as [number, number, number]
    const count = confusion[truth]?.[predicted] ?? 0
    const sum = (confusion[truth] ?? []).reduce((a, b) => a + b, 0)
    return `true <b>${escapeHtml(name(truth))}</b>, predicted <b>${escapeHtml(name(predicted))}</b><br>${percent(fraction)} (${groupedInteger(count)} of ${groupedInteger(sum)})`
  }
  const style = (label: string, gap: number) => ({
    ...axisStyle(palette, label, gap), splitLine: { show: false }, axisTick: { show: false },
    axisLabel: { ...axisStyle(palette, '', 0).axisLabel, overflow: 'truncate' as const, width: 68 }
  })
  const slanted = labelled && names.length * Math.max(...names.map((each) => each.length), 0) > 60
  const base = frame(palette, describe(fractions, names))
  return {
    ...base,
    grid: { left: 104, right: 66, top: 10, bottom: slanted ? 84 : 56 },
    tooltip: { ...base.tooltip, trigger: 'item', formatter },
    xAxis: {
      ...style('Predicted class', slanted ? 62 : 34), type: 'category', data: names,
      axisLabel: { ...style('', 0).axisLabel, ...(labelled ? { interval: 0 } : {}), rotate: slanted ? 40 : 0 }
    },
    yAxis: { ...style('True class', 86), type: 'category', data: names, inverse: true },
    visualMap: {
      type: 'continuous', min: 0, max: 1, dimension: 2, calculable: false, orient: 'vertical', right: 4, top: 'middle', itemHeight: 120, itemWidth: 10,
      inRange: { color: [...palette.sequential] }, text: ['100 %', '0 %'], textStyle: { color: palette.mutedText, fontFamily: palette.fontFamily, fontSize: 11 }
    },
    series: [{
      type: 'heatmap', data, progressive: 0,
      label: {
        show: labelled, fontSize: confusion.length > 12 ? 9 : 11, fontFamily: palette.fontFamily,
        // Small entries stay blank so that the diagonal and the real confusions are seen.
        formatter: (hit) => {
          const fraction = (hit.value as [number, number, number])[2]
          return fraction < 0.005 ? '' : (fraction * 100).toFixed(0)
        }
      },
      itemStyle: { borderColor: palette.gridLine, borderWidth: labelled ? 1 : 0 },
      emphasis: { itemStyle: { borderColor: palette.text, borderWidth: 1 } }
    }]
  }
}

function describe(fractions: readonly (readonly (number | null)[])[], names: readonly string[]): string {
  const confusions = fractions
    .flatMap((row, truth) => row.map((fraction, predicted) => ({ fraction: fraction ?? 0, truth, predicted })))
    .filter((entry) => entry.truth !== entry.predicted && entry.fraction > 0)
    .sort((a, b) => b.fraction - a.fraction)
    .slice(0, 5)
    .map((entry) => `${names[entry.truth] ?? ''} taken for ${names[entry.predicted] ?? ''} ${percent(entry.fraction)}`)
  return `Confusion matrix of ${names.length} classes. ${confusions.length === 0 ? 'No confusions.' : `Most frequent confusions: ${confusions.join(', ')}.`}`
}
