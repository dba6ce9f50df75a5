/** Finds the range of every converter from what the calibration images produce in the noise-free network. */
import type * as ort from 'onnxruntime-node'
import type { CalibratedPoint, ConverterPoint } from '../analog/program'
import { createSession } from '../onnx/session'
import { feedsOf, type ClassifierIo, type ImageSource } from '../simulate/classify-images'
import { rangeOf } from './converter-range'
import { obeySignal, type SharedSignal } from './signal'

export interface CalibrateTask {
  kind: 'calibrate'
  /** A probe program whose outputs are the values of `points`. */
  bytes: Uint8Array
  points: ConverterPoint[]
  io: ClassifierIo
  source: ImageSource
  signal: SharedSignal
}

/** Values that reach a converter, counted in equal bins. */
export interface ConverterHistogram {
  /** Lower edge of the first bin and upper edge of the last, in the unit of the range. */
  lowest: number
  highest: number
  counts: number[]
}

export interface CalibratedConverter {
  id: string
  range: CalibratedPoint
  histogram: ConverterHistogram
}
export type CalibrateOutcome = CalibratedConverter[]

/** Smallest full scale that a converter is given, where calibration saw nothing but zeros; its steps at 16 bits are normal float32 numbers. */
const smallestFullScale = 1e-30
/** The range of a tile is at least this share of the largest of its layer, also where a noise-free tile is empty. */
const smallestShare = 1 / 256
/** Magnitudes are counted in this many bins below their maximum, so a percentile is within 1/4096 of full scale. */
const magnitudeBins = 4096
const shownBins = 128

/** What has been seen at one point: extremes first, then counts. */
class Observation {
  readonly maxima: Float64Array
  lowest = 0
  highest = 0
  magnitudes: Float64Array[] = []
  readonly shown = new Float64Array(shownBins)

  constructor(readonly point: ConverterPoint) {
    const { channels } = point
    this.maxima = new Float64Array(channels?.groupCount ?? 1)
  }

  seeExtremes(seen: SeenValue): void {
    this.visit(seen, (value, group) => {
      const magnitude = Math.abs(value)
      if (magnitude > this.maxima[group]!) this.maxima[group] = magnitude
      if (value < this.lowest) this.lowest = value
      if (value > this.highest) this.highest = value
    })
  }

  seeCounts(seen: SeenValue): void {
    if (this.magnitudes.length === 0) this.magnitudes = Array.from(this.maxima, () => new Float64Array(magnitudeBins))
    const span = this.highest - this.lowest
    this.visit(seen, (value, group) => {
      const maximum = this.maxima[group]!
      if (maximum > 0) this.magnitudes[group]![Math.min(magnitudeBins - 1, Math.floor((Math.abs(value) / maximum) * magnitudeBins))]!++
      if (span > 0) this.shown[Math.min(shownBins - 1, Math.floor(((value - this.lowest) / span) * shownBins))]!++
    })
  }

  private visit({ data, dims, firstChannel }: SeenValue, to: (value: number, group: number) => void): void {
    const { channels } = this.point
    if (channels === null) {
      for (let i = 0; i < data.length; i++) to(data[i]!, 0)
      return
    }
    const count = dims[1] ?? 1
    const inner = dims.slice(2).reduce((total, dim) => total * dim, 1)
    for (let i = 0; i < data.length; i++) {
      const channel = firstChannel + (Math.floor(i / inner) % count)
      to(channels.unit === null ? data[i]! : data[i]! / channels.unit[channel]!, channels.group === null ? 0 : channels.group[channel]!)
    }
  }

  result(): CalibratedConverter {
    const { id, rule } = this.point
    const signed = this.lowest < 0
    const found = Array.from(this.maxima, (maximum, group) => Math.max(smallestFullScale, maximum * rangeOf(this.magnitudes[group] ?? new Float64Array(magnitudeBins), rule, signed)))
    const largest = Math.max(...found)
    const scales = found.map((scale) => Math.max(scale, largest * smallestShare))
    return {
      id,
      range: { maximum: largest, signed, ...(scales.length > 1 ? { perGroup: scales } : {}) },
      histogram: { lowest: this.lowest, highest: this.highest, counts: [...this.shown] }
    }
  }
}

/** A value that arrives at a converter, with channels from `firstChannel` on along its second axis. */
export interface SeenValue {
  data: Float32Array
  dims: readonly number[]
  firstChannel: number
}
export type Visit = (point: number, seen: SeenValue) => void

/** Ranges and histograms of `points`; `pass` brings all values that arrive, and is called twice. */
export async function observe(points: readonly ConverterPoint[], pass: (visit: Visit) => Promise<void>): Promise<CalibratedConverter[]> {
  const observations = points.map((point) => new Observation(point))
  await pass((p, seen) => observations[p]!.seeExtremes(seen))
  await pass((p, seen) => observations[p]!.seeCounts(seen))
  return observations.map((observation) => observation.result())
}

/** Names of the values that `points` read, each once. */
export const valuesOf = (points: readonly ConverterPoint[]): string[] => [...new Set(points.flatMap(({ values }) => values.map(({ name }) => name)))]

/** Brings the outputs of one run to the points that read them. */
export function visitOutputs(points: readonly ConverterPoint[], outputs: Readonly<Record<string, ort.Tensor>>, visit: Visit): void {
  points.forEach(({ values }, p) => {
    for (const { name, firstChannel } of values) {
      const output = outputs[name]!
      visit(p, { data: output.data as Float32Array, dims: output.dims, firstChannel })
    }
  })
}

export async function calibrate(task: CalibrateTask): Promise<CalibrateOutcome> {
  const session = await createSession(new Uint8Array(task.bytes))
  try {
    return await observe(task.points, (visit) => forEachCalibrationBatch(session, task, visit))
  } finally {
    await session.release()
  }
}

async function forEachCalibrationBatch(session: ort.InferenceSession, task: CalibrateTask, visit: Visit): Promise<void> {
  const { io, source } = task
  for (let done = 0; done < source.range.count; done += io.batch) {
    obeySignal(task.signal)
    const size = io.batchIsFixed ? io.batch : Math.min(io.batch, source.range.count - done)
    const indices = Int32Array.from({ length: size }, (_, i) => source.range.first + Math.min(done + i, source.range.count - 1))
    const outputs = await session.run(feedsOf(io, source, indices, null), valuesOf(task.points))
    visitOutputs(task.points, outputs, visit)
  }
}
