/**
 * A device measured by the user: mean and deviation by target and time. Monotone cubic interpolation in the target; between
 * two measured times linear in ln t, from time 0 to the first later one linear in t; held before and after.
 */
import type { TableDevice, TablePoint } from '@shared/devices'
import { defineDevice } from '../conductance-device'
import { MonotoneCubic } from '../monotone-cubic'
import { relax, type CellStatistics } from '../relaxation'

interface MeasuredTime {
  seconds: number
  minimum: number
  maximum: number
  mean: MonotoneCubic
  deviation: MonotoneCubic
}

/** Prepared tables by document: building the interpolation is far dearer than using it. */
const prepared = new WeakMap<readonly TablePoint[], readonly MeasuredTime[]>()

function measuredTimes(points: readonly TablePoint[]): readonly MeasuredTime[] {
  const known = prepared.get(points)
  if (known !== undefined) return known
  const byTime = new Map<number, TablePoint[]>()
  for (const point of points) {
    const group = byTime.get(point.seconds)
    if (group === undefined) byTime.set(point.seconds, [point])
    else group.push(point)
  }
  const times = [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([seconds, group]) => {
      const sorted = [...group].sort((a, b) => a.targetMicrosiemens - b.targetMicrosiemens)
      const targets = Float64Array.from(sorted, (point) => point.targetMicrosiemens)
      return {
        seconds,
        minimum: targets[0] ?? 0,
        maximum: targets[targets.length - 1] ?? 0,
        mean: new MonotoneCubic(targets, Float64Array.from(sorted, (point) => point.meanMicrosiemens)),
        deviation: new MonotoneCubic(targets, Float64Array.from(sorted, (point) => point.deviationMicrosiemens))
      }
    })
  prepared.set(points, times)
  return times
}

function firstTime(device: TableDevice): MeasuredTime {
  const first = measuredTimes(device.points)[0]
  if (first === undefined) throw new Error('A table without points passed its schema.')
  return first
}

/** Mean and deviation of each goal at one time. */
export function tableStatistics(goals: Float32Array, device: TableDevice, seconds: number): CellStatistics {
  const times = measuredTimes(device.points)
  const first = firstTime(device)
  const next = times.findIndex((time) => time.seconds > seconds)
  const earlier = times[next === -1 ? times.length - 1 : Math.max(0, next - 1)] ?? first
  const later = (next === -1 ? undefined : times[next]) ?? earlier
  let weight = 0
  if (later !== earlier && seconds > earlier.seconds) {
    weight = earlier.seconds === 0 ? seconds / later.seconds : Math.log(seconds / earlier.seconds) / Math.log(later.seconds / earlier.seconds)
  }
  const mean = new Float32Array(goals.length)
  const deviation = new Float32Array(goals.length)
  for (let i = 0; i < goals.length; i++) {
    mean[i] = earlier.mean.evaluate(goals[i]!)
    deviation[i] = earlier.deviation.evaluate(goals[i]!)
    if (weight > 0) {
      mean[i] = (1 - weight) * mean[i]! + weight * later.mean.evaluate(goals[i]!)
      deviation[i] = (1 - weight) * deviation[i]! + weight * later.deviation.evaluate(goals[i]!)
    }
  }
  return { mean, deviation }
}

const changes = (device: TableDevice, seconds: number): boolean => seconds > firstTime(device).seconds && measuredTimes(device.points).length > 1

export const table = defineDevice<TableDevice>({
  range: (device) => ({ minimum: firstTime(device).minimum, maximum: firstTime(device).maximum }),
  programmedMean: (out, goals, device) => out.set(tableStatistics(goals, device, firstTime(device).seconds).mean),
  programmedDeviation: (out, goals, device) => out.set(tableStatistics(goals, device, firstTime(device).seconds).deviation),
  ages: changes,
  age(values, goals, device, seconds, stream) {
    if (!changes(device, seconds)) return
    relax(values, tableStatistics(goals, device, firstTime(device).seconds), tableStatistics(goals, device, seconds), stream)
  },
  readsWithNoise: (device) => device.readDeviationFraction > 0,
  readDeviation(out, values, _programmed, _goals, device) {
    for (let i = 0; i < values.length; i++) out[i] = device.readDeviationFraction * Math.max(0, values[i]!)
  }
})
