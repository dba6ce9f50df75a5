/** The horizontal axis of a sweep that is still running: as long as it will be, so that it does not grow with each point. */
import type { EChartsOption } from 'echarts'
import { evenInterval } from '@shared/charts'
import type { SweepValue } from '@shared/simulation'

/** @param sweep All values, done or not; none leaves the axis as it is. */
export function wholeSweep(option: EChartsOption, sweep: readonly SweepValue[]): EChartsOption {
  if (option.xAxis === undefined || Array.isArray(option.xAxis)) return option
  const numbers = sweep.filter((value) => typeof value === 'number')
  const names = sweep.filter((value) => typeof value === 'string')
  if (option.xAxis.type === 'value' && numbers.length > 1) {
    const { interval: _ofPoints, ...axis } = option.xAxis
    const interval = evenInterval(numbers)
    return { ...option, xAxis: { ...axis, min: Math.min(...numbers), max: Math.max(...numbers), ...(interval === undefined ? {} : { interval }) } }
  }
  // Names come in the order of the sweep, so those that are still to come follow those that are there.
  if (option.xAxis.type === 'category' && names.length > 1) return { ...option, xAxis: { ...option.xAxis, data: names } }
  return option
}
