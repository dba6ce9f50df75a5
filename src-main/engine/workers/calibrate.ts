/** Finds the range of every converter from what the calibration images produce in the noise-free network. */
import type * as ort from 'onnxruntime-node'
import type { Seen } from '@shared/calibration'
import type { CalibratedPoint, ConverterPoint } from '../analog/program'
import { createSession } from '../onnx/session'
import type { SerializedModel } from '../onnx/split-model'
import { feedsOf, type ClassifierIo, type ImageSource } from '../simulate/classify-images'
import { rangeOf, type Magnitudes } from './converter-range'
import { ownMessage } from './shared-memory'
import { obeySignal, type SharedSignal } from './signal'

export interface CalibrateTask {
  kind: 'calibrate'
  /** A probe program whose outputs are the values of `points`, in shared memory. */
  model: SerializedModel
  points: ConverterPoint[]
  io: ClassifierIo
  source: ImageSource
  signal: SharedSignal
  /** Threads of ONNX Runtime; 1 unless given. */
  threads?: number
}

/** What arrived at converters with one range. */
export interface SeenGroup {
  histogram: Seen
  magnitudes: Magnitudes
}

export interface CalibratedConverter {
  id: string
  range: CalibratedPoint
  /** Over all range groups. */
  histogram: Seen
  groups: SeenGroup[]
}
export type CalibrateOutcome = CalibratedConverter[]

/** Smallest full scale that a converter is given, where calibration saw nothing but zeros; its steps at 16 bits are normal float32 numbers. */
const smallestFullScale = 1e-30
/** The range of a tile is at least this share of the largest of its layer, also where a noise-free tile is empty. */
const smallestShare = 1 / 256
/** Magnitudes are counted in this many bins below their maximum, so a percentile is within 1/4096 of full scale. */
const magnitudeBins = 4096
const shownBins = 128
/** Bins of one of several range groups: there may be hundreds in a layer. */
const shownBinsOfGroup = 64

/** Counts of one set of values: extremes first, then bins between them. */
class Counter {
  lowest = 0
  highest = 0
  private readonly shown: Float64Array
  constructor(bins: number) {
    this.shown = new Float64Array(bins)
  }

  seeExtremes(value: number): void {
    if (value < this.lowest) this.lowest = value
    if (value > this.highest) this.highest = value
  }

  seeCounts(value: number): void {
    const { shown } = this
    const span = this.highest - this.lowest
    shown[span > 0 ? Math.min(shown.length - 1, Math.floor(((value - this.lowest) / span) * shown.length)) : 0]!++
  }

  get maximum(): number {
    return Math.max(-this.lowest, this.highest)
  }

  seen(): Seen {
    return { lowest: this.lowest, highest: this.highest, counts: [...this.shown] }
  }
}

/** What has been seen at one point: extremes first, then counts. */
class Observation {
  private readonly all = new Counter(shownBins)
  private readonly groups: { counter: Counter; magnitudes: Magnitudes }[]

  constructor(readonly point: ConverterPoint) {
    const bins = (point.channels?.groupCount ?? 1) > 1 ? shownBinsOfGroup : shownBins
    this.groups = Array.from({ length: point.channels?.groupCount ?? 1 }, () => ({ counter: new Counter(bins), magnitudes: { maximum: 0, positive: new Float64Array(0), negative: new Float64Array(0) } }))
  }

  seeExtremes(seen: SeenValue): void {
    this.visit(seen, (value, group) => {
      this.all.seeExtremes(value)
      this.groups[group]!.counter.seeExtremes(value)
    })
  }

  /** After the extremes of all values. */
  beginCounts(): void {
    for (const group of this.groups) group.magnitudes = { maximum: group.counter.maximum, positive: new Float64Array(magnitudeBins), negative: new Float64Array(group.counter.lowest < 0 ? magnitudeBins : 0) }
  }

  seeCounts(seen: SeenValue): void {
    this.visit(seen, (value, group) => {
      const { counter, magnitudes } = this.groups[group]!
      const { maximum, positive, negative } = magnitudes
      this.all.seeCounts(value)
      counter.seeCounts(value)
      const bins = value < 0 ? negative : positive
      if (maximum > 0) bins[Math.min(magnitudeBins - 1, Math.floor((Math.abs(value) / maximum) * magnitudeBins))]!++
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
    const signed = this.all.lowest < 0
    const found = this.groups.map(({ magnitudes }) => Math.max(smallestFullScale, magnitudes.maximum * rangeOf(bothSigns(magnitudes), rule, signed)))
    const largest = Math.max(...found)
    const scales = found.map((scale) => Math.max(scale, largest * smallestShare))
    return {
      id,
      range: { maximum: largest, signed, ...(scales.length > 1 ? { perGroup: scales } : {}) },
      histogram: this.all.seen(),
      groups: this.groups.map(({ counter, magnitudes }) => ({ histogram: counter.seen(), magnitudes }))
    }
  }
}

const bothSigns = ({ positive, negative }: Magnitudes): Float64Array => (negative.length === 0 ? positive : positive.map((count, bin) => count + negative[bin]!))

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
  for (const observation of observations) observation.beginCounts()
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
  const session = await createSession(ownMessage(task.model), { intraOpThreads: task.threads ?? 1 })
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
