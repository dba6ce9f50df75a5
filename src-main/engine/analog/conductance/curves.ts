/**
 * What the Device screen plots: a device evaluated and sampled. Everything is drawn from fixed streams, so the same device
 * always looks the same. Some 10 000 cells; some tens of milliseconds.
 */
import type { DeviceCurves, DeviceCurvesInput } from '@shared/device-curves'
import { retentionProblems, type ConductanceDeviceDescription, type Programming } from '@shared/devices'
import type { StreamName } from '../../random/streams'
import type { ConductanceRange } from './conductance-device'
import { programCells } from './program-cells'
import { conductanceDevice } from './registry'

/** Targets of a device without levels, or with more levels than a plot can tell apart. */
const continuousTargets = 17
const mostLevels = 33
const cellsPerLevel = 512
const shownSamples = 24
const modelPoints = 101
const driftCells = 1024
/** From the first second, or the first measured time, to ten years. */
const lastSeconds = 315_360_000
const driftTimes = 28
const mostMeasuredTimes = 40
const readTargets = 49
const readCells = 256

/** Any value would do; a fixed one makes plots repeatable. */
const stream = (chip: number, parameter: number): StreamName => ({ seed: 1, purpose: 'programming', at: [chip, parameter] })

/** `count` values from `first` to `last`. */
const evenly = (first: number, last: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => (k === count - 1 ? last : first + (k / (count - 1)) * (last - first)))

/** A single-precision number without the digits that only double precision shows: 10.35, not 10.350000381. */
const shortest = (value: number): number => Number(value.toPrecision(7))

/** Mean and standard deviation (population) of the cells. */
function moments(values: Float32Array): { mean: number; deviation: number } {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  const mean = sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / values.length) }
}

/** Curves of a device at the time of the description. Pure: the same input gives the same numbers. */
export function deviceCurves({ device, programming, seconds }: DeviceCurvesInput): DeviceCurves {
  const range = conductanceDevice(device).range(device)
  const known = (time: number): boolean => retentionProblems(device, time, 'device').every(({ severity }) => severity !== 'error')
  const allLevels = programming.levels > 0 && programming.levels <= mostLevels
  const targets = evenly(range.minimum, range.maximum, allLevels ? programming.levels : continuousTargets)
  return {
    range: { minimum: range.minimum, maximum: range.maximum },
    cellsPerLevel,
    allLevels,
    levels: targets.map((target, index) => programmedLevel(device, programming, target, index)),
    programming: programmingCurve(device, range),
    drift: known(1) ? driftCurves(device, programming, range, seconds) : null,
    read: readCurve(device, range, known(seconds) ? seconds : 0)
  }
}

function programmedLevel(device: ConductanceDeviceDescription, programming: Programming, target: number, index: number): DeviceCurves['levels'][number] {
  const { goals, programmed } = programCells(new Float32Array(cellsPerLevel).fill(target), device, programming, 0, stream(0, index))
  return { target: shortest(goals[0] ?? target), ...moments(programmed), samples: Array.from(programmed.subarray(0, shownSamples)) }
}

/** σ_prog of the model at evenly spaced targets. */
function programmingCurve(device: ConductanceDeviceDescription, range: ConductanceRange): DeviceCurves['programming'] {
  const targets = Float32Array.from(evenly(range.minimum, range.maximum, modelPoints))
  const deviations = new Float32Array(modelPoints)
  conductanceDevice(device).programmedDeviation(deviations, targets, device)
  return Array.from(targets, (target, k) => ({ target: shortest(target), deviation: deviations[k] ?? 0 }))
}

/** Mean and deviation of the same cells at times on a logarithmic grid, for four targets. */
function driftCurves(device: ConductanceDeviceDescription, programming: Programming, range: ConductanceRange, seconds: number): DeviceCurves['drift'] {
  const model = conductanceDevice(device)
  const times = driftGrid(device, seconds)
  if (!times.some((time) => model.ages(device, time))) return null
  const width = range.maximum - range.minimum
  const targets = [0.25, 0.5, 0.75, 1].map((part, index) => {
    const cells = new Float32Array(driftCells).fill(range.minimum + part * width)
    const goals = programCells(cells, device, programming, 0, stream(1, index)).goals
    const at = times.map((time) => moments(programCells(cells, device, programming, time, stream(1, index)).values))
    return { target: shortest(goals[0] ?? range.maximum), mean: at.map(({ mean }) => mean), deviation: at.map(({ deviation }) => deviation) }
  })
  return { seconds: times, cellsPerTarget: driftCells, targets }
}

/** Times of the drift plot: a logarithmic grid, the times of a measured table, and that of the description. */
function driftGrid(device: ConductanceDeviceDescription, seconds: number): number[] {
  const all = device.kind === 'table' ? [...new Set(device.points.map((point) => point.seconds))].filter((time) => time > 0).sort((a, b) => a - b) : []
  // Of very many measured times some: the first, the last and those between at even steps.
  const every = Math.ceil(all.length / mostMeasuredTimes)
  const measured = all.filter((_, index) => index % every === 0 || index === all.length - 1)
  const own = [...measured, ...(seconds > 0 ? [seconds] : [])]
  const first = Math.min(1, ...own)
  const last = Math.max(lastSeconds, ...own)
  const grid = evenly(Math.log(first), Math.log(last), driftTimes).map(Math.exp)
  return [...new Set([first, ...grid.slice(1, -1), ...own, last])].sort((a, b) => a - b)
}

/** σ_read against the conductance at that time: cells without programming error, so that only time and reads act. */
function readCurve(device: ConductanceDeviceDescription, range: ConductanceRange, seconds: number): DeviceCurves['read'] {
  const model = conductanceDevice(device)
  if (!model.readsWithNoise(device)) return null
  const effects = { levels: false, programmingError: false, stuckFaults: false, drift: true }
  const continuous: Programming = { levels: 0, writeVerify: { toleranceFraction: 0, tries: 1 }, stuckAtMinimum: 0, stuckAtMaximum: 0, stuckAtRandom: 0 }
  const deviations = new Float32Array(readCells)
  const points = evenly(range.minimum, range.maximum, readTargets).map((target, index) => {
    const cells = programCells(new Float32Array(readCells).fill(target), device, continuous, seconds, stream(2, index), effects)
    model.readDeviation(deviations, cells.values, cells.programmed, cells.goals, device, seconds)
    let squares = 0
    for (let i = 0; i < readCells; i++) squares += deviations[i]! ** 2
    return { target, conductance: moments(cells.values).mean, deviation: Math.sqrt(squares / readCells) }
  })
  return { seconds, points }
}
