/**
 * One draw of cells, from target conductances to what a noise-free read shows at a time after programming. Effects in order:
 * levels → programming error with write–verify → stuck-at faults → drift or retention → limits of the device.
 */
import type { ConductanceDeviceDescription, Programming } from '@shared/devices'
import { fillNormal, RandomStream, type StreamName, type StreamPurpose } from '../../random/streams'
import { conductanceDevice } from './registry'
import type { ConductanceRange } from './conductance-device'

/** Master switches; an effect that is off leaves no trace. */
export interface CellEffects {
  levels: boolean
  programmingError: boolean
  stuckFaults: boolean
  drift: boolean
}

export interface ProgrammedCells {
  /** Target conductances after rounding to levels. */
  goals: Float32Array
  /** Directly after programming. */
  programmed: Float32Array
  /** At the time asked for. The same array as `programmed` where time changes nothing. */
  values: Float32Array
}

const everyEffect: CellEffects = { levels: true, programmingError: true, stuckFaults: true, drift: true }

/** The third index of a stream's name holds the cells in its lower and the try in its upper bits. */
const cellsLimit = 2 ** 24

function derived(stream: StreamName, purpose: StreamPurpose, attempt = 0): StreamName {
  const [first = 0, second = 0, cells = 0] = stream.at ?? []
  if (cells >= cellsLimit) throw new Error(`The third index of a cell stream must be below ${cellsLimit}.`)
  return { seed: stream.seed, purpose, at: [first, second, cells + attempt * cellsLimit] }
}

/**
 * Programs one set of cells and takes it to `seconds` after programming.
 * @param targets Conductances in the unit of the device, inside its range.
 * @param stream Names the draw: seed and indices (chip instance, parameter, cells < 2^24); its purpose is not used. The same
 *   name gives the same cells at every time.
 */
export function programCells(
  targets: Float32Array,
  device: ConductanceDeviceDescription,
  programming: Programming,
  seconds: number,
  stream: StreamName,
  effects: CellEffects = everyEffect
): ProgrammedCells {
  const model = conductanceDevice(device)
  const range = model.range(device)
  const limits = model.limits(device)
  const goals = effects.levels && programming.levels > 0 ? roundToLevels(targets, programming.levels, range) : targets
  const latent = new Float32Array(goals.length)
  if (effects.programmingError) {
    model.program(latent, goals, device, derived(stream, 'programming'))
    if (programming.writeVerify.toleranceFraction > 0) verify(latent, goals, device, programming, stream)
  } else latent.set(goals)

  const stuck = effects.stuckFaults ? drawStuckCells(goals.length, programming, range, derived(stream, 'faults')) : null
  const programmed = settled(latent, limits, stuck)
  if (!effects.drift || !model.ages(device, seconds)) return { goals, programmed, values: programmed }
  model.age(latent, goals, device, seconds, derived(stream, 'drift'))
  return { goals, programmed, values: settled(latent, limits, stuck) }
}

/** Nearest of `levels` evenly spaced conductances. */
function roundToLevels(targets: Float32Array, levels: number, { minimum, maximum }: ConductanceRange): Float32Array {
  const step = (maximum - minimum) / (levels - 1)
  const rounded = new Float32Array(targets.length)
  for (let i = 0; i < targets.length; i++) rounded[i] = minimum + Math.round((targets[i]! - minimum) / step) * step
  return rounded
}

/** Programs cells anew that are further from their goal than the tolerance, until all pass or the tries are used. */
function verify(latent: Float32Array, goals: Float32Array, device: ConductanceDeviceDescription, programming: Programming, stream: StreamName): void {
  const model = conductanceDevice(device)
  const range = model.range(device)
  const limits = model.limits(device)
  const { toleranceFraction, tries } = programming.writeVerify
  const tolerance = toleranceFraction * (range.maximum - range.minimum)
  // What verification reads is clipped as any read.
  const fails = (i: number): boolean => Math.abs(Math.min(Math.max(latent[i]!, limits.minimum), limits.maximum) - goals[i]!) > tolerance
  let failing: number[] = []
  for (let i = 0; i < latent.length; i++) if (fails(i)) failing.push(i)
  for (let attempt = 1; attempt < tries && failing.length > 0; attempt++) {
    const redrawn = new Float32Array(failing.length)
    model.program(redrawn, Float32Array.from(failing, (i) => goals[i]!), device, derived(stream, 'retry', attempt))
    for (let k = 0; k < failing.length; k++) latent[failing[k]!] = redrawn[k]!
    failing = failing.filter(fails)
  }
}

interface StuckCells {
  indices: number[]
  values: number[]
}

/** Which cells are stuck and where; null where none can be. */
function drawStuckCells(count: number, programming: Programming, range: ConductanceRange, stream: StreamName): StuckCells | null {
  const atMinimum = programming.stuckAtMinimum
  const atMaximum = atMinimum + programming.stuckAtMaximum
  const atRandom = atMaximum + programming.stuckAtRandom
  if (atRandom === 0) return null
  const random = new RandomStream(stream)
  const stuck: StuckCells = { indices: [], values: [] }
  for (let i = 0; i < count; i++) {
    // Two numbers for every cell, so that the level of one does not depend on the fractions.
    const kind = random.unit()
    const level = random.unit()
    if (kind >= atRandom) continue
    stuck.indices.push(i)
    stuck.values.push(kind < atMinimum ? range.minimum : kind < atMaximum ? range.maximum : range.minimum + level * (range.maximum - range.minimum))
  }
  return stuck
}

/** Latent values as a read shows them; a stuck cell neither takes a program nor ages. */
function settled(latent: Float32Array, { minimum, maximum }: ConductanceRange, stuck: StuckCells | null): Float32Array {
  const values = new Float32Array(latent.length)
  for (let i = 0; i < latent.length; i++) {
    const value = latent[i]!
    values[i] = value < minimum ? minimum : value > maximum ? maximum : value
  }
  if (stuck !== null) for (let k = 0; k < stuck.indices.length; k++) values[stuck.indices[k]!] = stuck.values[k]!
  return values
}

/**
 * One explicit read of every cell, clipped to the limits of the device. Inference does not need it: the noise of a dot
 * product is drawn at the output from the squared deviations.
 * @param stream Names this read; its purpose is not used.
 */
export function readCells(out: Float32Array, cells: ProgrammedCells, device: ConductanceDeviceDescription, seconds: number, stream: StreamName): void {
  const model = conductanceDevice(device)
  const { minimum, maximum } = model.limits(device)
  const deviation = new Float32Array(out.length)
  model.readDeviation(deviation, cells.values, cells.programmed, cells.goals, device, seconds)
  fillNormal(out, derived(stream, 'read'))
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.min(Math.max(cells.values[i]! + deviation[i]! * out[i]!, minimum), maximum)
  }
}
