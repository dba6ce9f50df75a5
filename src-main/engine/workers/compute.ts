/**
 * What worker threads compute. Each function is pure but for the sessions that it opens and closes; arguments are
 * plain data with bulk arrays in shared memory, so that they cross to a thread without a copy.
 */
import * as ort from 'onnxruntime-node'
import type { Hardware } from '@shared/hardware'
import type { Trial } from '@shared/simulation'
import { Programmer } from '../analog/chip-instance'
import { packInto, type CalibratedPoint, type ConverterPoint, type ProgramSlot } from '../analog/program'
import type { StoredParameter } from '../analog/scales'
import { fillBatch } from '../data/preprocess'
import { createSession } from '../onnx/session'
import type { StreamName } from '../random/streams'
import { classifyImages, type ClassifierIo, type ImageSource } from '../simulate/classify-images'
import type { ClassificationResult } from '../simulate/classification'
import { obeySignal, type SharedSignal } from './signal'

/** A serialised program with what is needed to give it other weights. */
export interface SharedProgram {
  /** Serialised model with nominal weights, in shared memory. */
  bytes: Uint8Array
  /** Where the raw data of each slot's initialiser lies in `bytes`. */
  slots: (ProgramSlot & { offset: number; length: number })[]
  parameters: StoredParameter[]
  /** Positions in `parameters` that sit in analog cells. */
  stored: number[]
}

export interface ClassifyTask {
  kind: 'classify'
  program: SharedProgram
  io: ClassifierIo
  source: ImageSource
  signal: SharedSignal
  /** Nominal values of all parameters, in shared memory; null: those in the program. */
  values: Float32Array[] | null
  /** Null: the nominal values themselves. */
  chip: { hardware: Hardware; seed: number; chipInstance: number } | null
}
export type ClassifyOutcome = ClassificationResult & { seconds: number }

/** Classifies images with one chip instance, or with the nominal values. */
export async function classify(task: ClassifyTask): Promise<ClassifyOutcome> {
  const started = performance.now()
  const bytes = programmedBytes(task)
  const session = await createSession(bytes)
  const preparation = (performance.now() - started) / 1000
  try {
    const outcome = await classifyImages(session, task.io, task.source, task.signal)
    return { ...outcome, seconds: outcome.seconds + preparation }
  } finally {
    await session.release()
  }
}

/** A private copy of the program's bytes with the weights of the chip instance patched in. */
function programmedBytes({ program, values, chip }: ClassifyTask): Uint8Array {
  const bytes = new Uint8Array(program.bytes)
  if (values === null) return bytes
  const current = [...values]
  if (chip !== null) {
    const stored = program.stored.map((p) => program.parameters[p]!)
    const nominal = program.stored.map((p) => values[p]!)
    const programmer = new Programmer(stored, chip.hardware)
    if (programmer.acts) {
      const targets = nominal.map((array) => new Float32Array(array.length))
      programmer.program(targets, nominal, (p) => chipStream(chip.seed, chip.chipInstance, program.stored[p]!))
      program.stored.forEach((p, i) => (current[p] = targets[i]!))
    }
  }
  for (const slot of program.slots) {
    const packed = new Float32Array(slot.length / 4)
    packInto(packed, current[slot.parameter]!, slot.pack)
    bytes.set(new Uint8Array(packed.buffer), slot.offset)
  }
  return bytes
}

/** The stream of one parameter of one chip instance: the same devices at every point of a sweep. */
export const chipStream = (seed: number, chipInstance: number, parameter: number): StreamName => ({
  seed,
  purpose: 'programming',
  at: [chipInstance, parameter]
})

export interface CalibrateTask {
  kind: 'calibrate'
  /** A probe program whose outputs are the values of `points`. */
  bytes: Uint8Array
  points: ConverterPoint[]
  io: ClassifierIo
  source: ImageSource
  signal: SharedSignal
  /** Per kind of converter: the percentile of magnitudes that becomes the full scale; 100 is the largest. */
  percentile: { dac: number; adc: number }
}
export type CalibrateOutcome = [id: string, range: CalibratedPoint][]

/** Smallest full scale that a converter is given, where calibration saw nothing but zeros; its steps at 16 bits are normal float32 numbers. */
const smallestFullScale = 1e-30
/** Magnitudes are counted in this many bins below their maximum, so a percentile is within 1/4096 of full scale. */
const histogramBins = 4096

/** Finds the range of every converter from what the calibration images produce in the noise-free network. */
export async function calibrate(task: CalibrateTask): Promise<CalibrateOutcome> {
  const session = await createSession(new Uint8Array(task.bytes))
  try {
    const found = task.points.map(() => ({ maximum: 0, signed: false }))
    await forEachCalibrationBatch(session, task, (p, data) => {
      const range = found[p]!
      for (let i = 0; i < data.length; i++) {
        const value = data[i]!
        if (value < 0) range.signed = true
        const magnitude = Math.abs(value)
        if (magnitude > range.maximum) range.maximum = magnitude
      }
    })
    const byPercentile = task.points.map((point) => task.percentile[point.kind] < 100)
    if (byPercentile.includes(true)) {
      const histograms = task.points.map(() => new Float64Array(histogramBins))
      await forEachCalibrationBatch(session, task, (p, data) => {
        const maximum = found[p]!.maximum
        if (!byPercentile[p] || maximum === 0) return
        for (let i = 0; i < data.length; i++) histograms[p]![Math.min(histogramBins - 1, Math.floor((Math.abs(data[i]!) / maximum) * histogramBins))]!++
      })
      task.points.forEach((point, p) => {
        if (byPercentile[p]) found[p]!.maximum *= histogramPercentile(histograms[p]!, task.percentile[point.kind])
      })
    }
    return task.points.map(({ id }, p) => [id, { signed: found[p]!.signed, maximum: Math.max(found[p]!.maximum, smallestFullScale) }])
  } finally {
    await session.release()
  }
}

/** Upper edge, as a fraction of the maximum, of the bin in which the percentile lies. */
export function histogramPercentile(counts: Float64Array, percentile: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let cumulative = 0
  for (let bin = 0; bin < counts.length; bin++) {
    cumulative += counts[bin]!
    if (cumulative >= (percentile / 100) * total) return (bin + 1) / counts.length
  }
  return 1
}

async function forEachCalibrationBatch(session: ort.InferenceSession, task: CalibrateTask, visit: (point: number, data: Float32Array) => void): Promise<void> {
  const { io, source } = task
  const pixels = io.inputShape.reduce((product, dim) => product * dim, 1)
  for (let done = 0; done < source.range.count; done += io.batch) {
    obeySignal(task.signal)
    const size = io.batchIsFixed ? io.batch : Math.min(io.batch, source.range.count - done)
    const indices = Int32Array.from({ length: size }, (_, i) => source.range.first + Math.min(done + i, source.range.count - 1))
    const data = new Float32Array(size * pixels)
    fillBatch(data, source.dataset, indices, source.preprocessing, source.layout)
    const outputs = await session.run({ [io.input]: new ort.Tensor('float32', data, [size, ...io.inputShape]) }, task.points.map(({ value }) => value))
    task.points.forEach(({ value }, p) => visit(p, outputs[value]!.data as Float32Array))
  }
}

/** Trial as stored, from what a worker computed. */
export const toTrial = (point: number, chipInstance: number, outcome: ClassifyOutcome): Trial => ({
  point,
  chipInstance,
  top1: outcome.top1,
  top5: outcome.top5,
  loss: outcome.loss,
  confusion: outcome.confusion,
  seconds: outcome.seconds
})

