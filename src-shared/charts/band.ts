/** A filled band between two lines. */
import type { CustomSeriesOption, CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, CustomSeriesRenderItemReturn } from 'echarts'

/** Ends of the band at one place. */
export type Interval = readonly [x: number, low: number, high: number]

/** One filled polygon through all intervals. A custom series, because stacked areas need a category axis. */
export function band(name: string, intervals: readonly Interval[], colour: string, opacity: number): CustomSeriesOption {
  const renderItem = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
    // Called once per datum; the whole band is drawn by the first call.
    if (params.context['drawn'] === true) return null
    params.context['drawn'] = true
    const upper = intervals.map(([x, , high]) => api.coord([x, high]))
    const lower = intervals.map(([x, low]) => api.coord([x, low])).reverse()
    return { type: 'polygon', silent: true, shape: { points: [...upper, ...lower] }, style: { fill: colour, opacity } }
  }
  return {
    type: 'custom', name, renderItem, data: intervals.map((interval) => [...interval]), encode: { x: 0, y: [1, 2] },
    clip: true, silent: true, z: 1, itemStyle: { color: colour }, tooltip: { show: false }
  }
}
