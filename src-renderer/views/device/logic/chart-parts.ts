/** What the charts of a device share: axes with its quantity and unit, bands, tooltips by the place on the axis. */
import type { EChartsOption, LineSeriesOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import { seriesColour, type ChartPalette } from '@shared/charts'
import { axisStyle, frame } from '@shared/charts/frame'

/** `G` in `µS`, or `I` in `nA`. */
export interface Quantity {
  symbol: string
  unit: string
}

/** Margins that leave room for axis names; `legend` for one line of names above. */
export const plotGrid = (legend: boolean) => ({ left: 62, right: 18, top: legend ? 34 : 14, bottom: 46 })

export const numberAxis = (palette: ChartPalette, name: string, gap: number) => {
  const style = axisStyle(palette, name, gap)
  return { type: 'value' as const, ...style, axisLabel: { ...style.axisLabel, hideOverlap: true } }
}

/** Axis of targets: the range of the device; a smallest value of next to nothing is 0. */
export function targetAxis(palette: ChartPalette, range: { minimum: number; maximum: number }, { symbol, unit }: Quantity) {
  const minimum = range.minimum < 0.01 * range.maximum ? 0 : range.minimum
  return { ...numberAxis(palette, `target ${symbol} (${unit})`, 28), min: minimum, max: range.maximum, splitLine: { show: false } }
}

export const solidLine = (palette: ChartPalette, index: number, name: string, data: number[][]): LineSeriesOption => ({
  type: 'line', name, data, showSymbol: false, z: 3, lineStyle: { color: seriesColour(palette, index), width: 2 }, itemStyle: { color: seriesColour(palette, index) }
})

/** The tooltip of an axis: `write` gets the number of the datum that is nearest in the first line. */
export function axisTooltip(palette: ChartPalette, base: EChartsOption, write: (index: number) => string): EChartsOption['tooltip'] {
  return {
    ...(base.tooltip as object),
    trigger: 'axis',
    axisPointer: { type: 'line', lineStyle: { color: palette.axisLine } },
    formatter: (given: TooltipComponentFormatterCallbackParams) => {
      const hit = (Array.isArray(given) ? given : [given]).find(({ seriesType }) => seriesType === 'line')
      return hit === undefined ? '' : write(hit.dataIndex)
    }
  }
}

export { frame }
