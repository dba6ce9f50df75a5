/** Energy of an image by component, as horizontal bars. */
import type { EChartsOption } from 'echarts'
import { compactNumber, percent } from '../charts/format'
import { axisStyle, frame, type ChartOptions } from '../charts/frame'
import { seriesColour } from '../charts/palette'
import { componentIds, energyTerms } from './energy'
import type { CostEstimate } from './estimate'
import { engineering, scaledUnit } from './format'

/** Height in pixels at which the bars are readable. */
export const energyChartHeight = (bars: number): number => 64 + 26 * bars

/** Components that cost something or that a missing figure hides. */
export const shownComponents = (estimate: CostEstimate): (typeof componentIds)[number][] => componentIds.filter((id) => estimate.energy[id] > 0 || estimate.energyUnknown.includes(id))

export function energyByComponent(estimate: CostEstimate, { palette }: ChartOptions): EChartsOption {
  const shown = shownComponents(estimate)
  const { factor, unit } = scaledUnit(Math.max(0, ...shown.map((id) => estimate.energy[id])), 'J')
  const share = (joules: number): string => (estimate.joules === 0 ? '' : percent(joules / estimate.joules, 1))
  const isUnknown = (index: number): boolean => {
    const id = shown[index]
    return id !== undefined && estimate.energyUnknown.includes(id)
  }
  const words = (index: number): string => {
    const joules = estimate.energy[shown[index] ?? 'adc']
    if (isUnknown(index)) return joules === 0 ? 'figure missing' : `≥ ${engineering(joules, 'J')}, figure missing`
    return `${engineering(joules, 'J')}  ${share(joules)}`
  }
  const largest = [...shown].sort((a, b) => estimate.energy[b] - estimate.energy[a])[0]
  const description = `Energy of an image by component.${largest === undefined || estimate.joules === 0 ? '' : ` The largest is ${energyTerms[largest].label} with ${share(estimate.energy[largest])}.`}`
  const base = frame(palette, description)
  const style = axisStyle(palette, `Energy of an image (${unit})`, 28)
  return {
    ...base,
    grid: { left: 136, right: 150, top: 8, bottom: 46 },
    tooltip: { ...base.tooltip, trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (value) => (typeof value === 'number' ? `${compactNumber(value, 3)} ${unit}` : '–') },
    xAxis: { ...style, type: 'value', min: 0 },
    yAxis: { ...axisStyle(palette, '', 0), type: 'category', data: shown.map((id) => energyTerms[id].label), inverse: true, splitLine: { show: false }, axisTick: { show: false } },
    series: [
      {
        type: 'bar', name: 'Energy', barMaxWidth: 16, itemStyle: { color: seriesColour(palette, 0) },
        data: shown.map((id) => estimate.energy[id] / factor),
        label: { show: true, position: 'right', color: palette.text, fontSize: 11, fontFamily: palette.fontFamily, formatter: ({ dataIndex }) => words(dataIndex) }
      }
    ]
  }
}
