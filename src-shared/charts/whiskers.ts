/** Intervals of points that no line joins. */
import type { CustomSeriesOption, CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, CustomSeriesRenderItemReturn } from 'echarts'
import type { Interval } from './band'

/** A vertical bar with caps per interval, for points that no line joins. */
export function whiskers(name: string, intervals: readonly Interval[], colour: string, halfWidth: number, offset: number): CustomSeriesOption {
  const renderItem = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
    const interval = intervals[params.dataIndex]
    if (interval === undefined) return null
    const [x = 0, bottom = 0] = api.coord([interval[0], interval[1]])
    const top = api.coord([interval[0], interval[2]])[1] ?? bottom
    const style = { stroke: colour, lineWidth: 1.5 }
    const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: 'line' as const, shape: { x1, y1, x2, y2 }, style })
    const at = x + offset
    return {
      type: 'group',
      children: [line(at, bottom, at, top), line(at - halfWidth, top, at + halfWidth, top), line(at - halfWidth, bottom, at + halfWidth, bottom)]
    }
  }
  return {
    type: 'custom', name, renderItem, data: intervals.map((interval) => [...interval]), encode: { x: 0, y: [1, 2] },
    silent: true, z: 1, itemStyle: { color: colour }, tooltip: { show: false }
  }
}
