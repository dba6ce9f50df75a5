/** What every chart has in common: text, tooltip, legend, spacing, a description for screen readers. */
import type { EChartsOption } from 'echarts'
import { compactNumber } from './format'
import type { ChartPalette } from './palette'

/** Options that every chart takes. */
export interface ChartOptions {
  palette: ChartPalette
  /** Wheel and drag zoom along the main axis; not in reports. */
  zoom?: boolean
}

const fontSize = 12

/** The base of an option: colours, text, a tooltip and the accessible description. */
export function frame(palette: ChartPalette, description: string): EChartsOption {
  return {
    backgroundColor: palette.background,
    color: [...palette.series],
    textStyle: { fontFamily: palette.fontFamily, fontSize, color: palette.text },
    aria: { enabled: true, label: { enabled: true, description } },
    animationDuration: 200,
    tooltip: {
      confine: true,
      backgroundColor: palette.tooltip.background,
      borderColor: palette.tooltip.border,
      textStyle: { color: palette.tooltip.text, fontFamily: palette.fontFamily, fontSize },
      extraCssText: 'box-shadow: 0 2px 8px rgb(0 0 0 / 0.15)'
    }
  }
}

/** A legend above the plot for these names; hidden when there is only one. */
export function legend(palette: ChartPalette, names: readonly string[]): EChartsOption['legend'] {
  return {
    type: 'scroll', show: names.length > 1, top: 0, left: 8, right: 8, itemWidth: 22, itemHeight: 10, itemGap: 18, data: [...names],
    textStyle: { color: palette.mutedText, fontFamily: palette.fontFamily, fontSize },
    pageTextStyle: { color: palette.mutedText }, pageIconColor: palette.mutedText, pageIconInactiveColor: palette.gridLine,
    inactiveColor: palette.gridLine
  }
}

/** Ten digits are more than any axis needs and fewer than the rounding errors of its steps have. */
const tickDigits = 10

/** A tick of a number line as numbers are written everywhere; a name of a category stays as it is. */
const tickLabel = (value: number | string): string => (typeof value === 'number' ? compactNumber(value, tickDigits) : value)

/** Style of one axis; spread into the axis beside its type and range. */
export function axisStyle(palette: ChartPalette, name: string, gap: number) {
  return {
    name,
    nameLocation: 'middle' as const,
    nameGap: gap,
    nameTextStyle: { color: palette.text, fontFamily: palette.fontFamily, fontSize },
    // At the edge also where the other axis passes 0: labels stand there.
    axisLine: { show: true, onZero: false, lineStyle: { color: palette.axisLine } },
    axisTick: { show: true, lineStyle: { color: palette.axisLine } },
    axisLabel: { color: palette.mutedText, fontFamily: palette.fontFamily, fontSize: fontSize - 1, formatter: tickLabel },
    splitLine: { show: true, lineStyle: { color: palette.gridLine } }
  }
}

export const insideZoom = (axis: 'x' | 'y'): EChartsOption['dataZoom'] => [
  axis === 'x' ? { type: 'inside', xAxisIndex: 0, filterMode: 'none' } : { type: 'inside', yAxisIndex: 0, filterMode: 'none' }
]

/** The description that `frame` was given, for hosts that show the chart as a picture. */
export function chartDescription(option: EChartsOption): string {
  const aria = option.aria as { label?: { description?: string } } | undefined
  return aria?.label?.description ?? ''
}
