/**
 * CrossSim's conventions in double precision, written down a second time from their description and sharing no code with
 * the engine but the tests' nodal analysis of wires. It reproduces the stored vectors, so it says what CrossSim does, and it
 * can compute what CrossSim would give for other partitions and with single conventions changed.
 *
 * Currents are in units of one cell at G_max with a full-scale input; conductances in units of G_max.
 */
import { transferMatrixByNodalAnalysis } from '../wire-resistance/testing/nodal-analysis'
import type { CrossSimSettings } from './crosssim-cases'

export interface ConventionOptions {
  /** Inputs of each array in turn; their sum is the number of inputs. */
  partitionInputs: readonly number[]
  /** CrossSim multiplies offset cells of L levels by (L − 2)/(L − 1): true gives the product without that gain. */
  trueOffsetGain?: boolean
  /** Told for every conversion how far it is from a tie between two levels, in steps: 0 … 0.5. */
  nearTie?: (steps: number) => void
}

/** Round half to even. */
export function rint(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

const clip = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** y for each of `inputs`; `weights` is W[output][input]. */
export function crossSimOutputs(settings: CrossSimSettings, weights: readonly number[][], inputs: readonly number[][], options: ConventionOptions): number[][] {
  const largest = Math.max(...weights.flat().map(Math.abs))
  let first = 0
  const arrays = options.partitionInputs.map((count) => {
    const from = first
    first += count
    return { from, count, of: partition(settings, weights.map((row) => row.slice(from, from + count)), largest, options) }
  })
  return inputs.map((x) => {
    const driven = drive(settings, x)
    const parts = arrays.map(({ from, count, of }) => of(driven.map((pulse) => ({ ...pulse, values: pulse.values.slice(from, from + count) }))))
    return weights.map((_, o) => sum(parts.map((part) => part[o]!)) / driven[0]!.scale)
  })
}

interface Pulse {
  /** Driven on the rows, within ±1 where there is a converter. */
  values: number[]
  /** Weight of the read's digitised result. */
  weight: number
  /** From inputs to driven values. */
  scale: number
}

/** What is driven in turn: one analog read, or the digits of the input code. */
function drive({ dac, inputRange: [low, high] }: CrossSimSettings, x: readonly number[]): Pulse[] {
  const scale = ((dac?.signed ?? true) ? 2 : 1) / (high - low)
  const normalised = x.map((value) => value * scale)
  if (dac === null) return [{ values: normalised, weight: 1, scale }]
  const from = dac.signed ? (dac.signMagnitude ? -1 : (2 * low) / (high - low)) : 0
  const steps = (dac.signMagnitude ? 2 ** dac.bits - 2 : 2 ** dac.bits - 1) / (1 - from)
  const quantised = normalised.map((value) => rint((clip(value, from, 1) - from) * steps) / steps + from)
  // Reads that are added before the converter acts are one analog read: their sum is the code.
  if (dac.pulseBits === 0 || !dac.digitisesEachPulse) return [{ values: quantised, weight: 1, scale }]
  const magnitudeBits = dac.signed ? dac.bits - 1 : dac.bits
  const largestCode = 2 ** magnitudeBits - 1
  const base = 2 ** dac.pulseBits
  const codes = quantised.map((value) => ({ sign: Math.sign(value), code: rint(Math.abs(value) * largestCode) }))
  return Array.from({ length: Math.ceil(magnitudeBits / dac.pulseBits) }, (_, k) => ({
    values: codes.map(({ sign, code }) => (sign * (Math.floor(code / base ** k) % base)) / (base - 1)),
    weight: ((base - 1) * base ** k) / largestCode,
    scale
  }))
}

/** One array with `weights`[output][its inputs]: from pulses to the outputs in the unit of the weights. */
function partition(settings: CrossSimSettings, weights: readonly number[][], largest: number, { trueOffsetGain = false, nearTie }: ConventionOptions): (pulses: readonly Pulse[]) => number[] {
  const rows = weights[0]!.length
  const off = settings.minimumOhms / settings.maximumOhms
  const span = 1 - off
  const planes = slicesOf(settings, weights.map((row) => row.map((w) => w / largest)), off)
  const matrices = planes.map(({ cells }) => cells.map((conductances) => wired(settings, conductances)))
  // The levels leave (L − 2)/(L − 1) of the range to the weights of an offset cell.
  const gain = settings.style === 'offset' && settings.slices === null && settings.cellBits > 0 ? (2 ** settings.cellBits - 2) / (2 ** settings.cellBits - 1) : 1
  return (pulses) => {
    const total = weights.map(() => 0)
    for (const { values, weight } of pulses) {
      const driven = sum(values)
      planes.forEach((plane, k) => {
        const convert = converter(settings, rows, k, nearTie)
        const currents = matrices[k]!.map((matrix) => matrix.map((column) => column.reduce((current, g, i) => current + g * values[i]!, 0)))
        weights.forEach((_, o) => {
          let digitised: number
          if (settings.style === 'pair') {
            const [positive, negative] = [currents[0]![o]!, currents[1]![o]!]
            digitised = settings.subtractsCurrents ? convert(positive - negative) : convert(positive) - convert(negative)
          } else {
            // With a unit column the column 0 of the array is the reference.
            const reference = settings.unitColumn ? convert(currents[0]![0]!) : plane.reference * driven
            digitised = convert(currents[0]![settings.unitColumn ? o + 1 : o]!) - reference
          }
          total[o]! += (weight * plane.factor * digitised) / span
        })
      })
    }
    return total.map((value) => (value * largest) / (trueOffsetGain ? gain : 1))
  }
}

interface Plane {
  /** m = Σ factor · (difference of conductances)/span. */
  factor: number
  /** Per cell of a weight: conductance [output][input]. */
  cells: number[][][]
  /** Conductance that is subtracted digitally from an offset cell. */
  reference: number
}

/** Conductances of `mantissas`[output][input], slice by slice, the least significant first. */
function slicesOf(settings: CrossSimSettings, mantissas: readonly number[][], off: number): Plane[] {
  const { style, slices, cellBits, centred, unitColumn } = settings
  const span = 1 - off
  // CrossSim's balanced cores hold single precision.
  const level = (g: number): number => (cellBits === 0 ? g : (rint(((g - off) * (2 ** cellBits - 1)) / span) / (2 ** cellBits - 1)) * span + off)
  const each = (of: (m: number) => number): number[][] => mantissas.map((row) => row.map(of))
  const withUnit = (columns: number[][], unit: number): number[][] => (unitColumn ? [mantissas[0]!.map(() => unit), ...columns] : columns)
  const pairOf = (share: (m: number) => number): number[][][] =>
    [1, -1].map((sign) => each((m) => level(Math.fround(off + span * (centred ? (1 + sign * share(m)) / 2 : Math.max(0, sign * share(m)))))))

  if (slices === null) {
    if (style === 'pair') return [{ factor: 1, cells: pairOf((m) => m), reference: 0 }]
    const held = cellBits > 0 ? (span * (2 ** cellBits - 2)) / (2 ** cellBits - 1) : span
    const lowest = cellBits > 0 ? 1 - held : off
    const goal = (m: number): number => level(lowest + held * (m / 2 + 0.5))
    return [{ factor: 2, cells: [withUnit(each(goal), goal(0))], reference: lowest + held / 2 }]
  }

  const { weightBits, count } = slices
  const largestCode = 2 ** (weightBits - 1) - 1
  const sliceBits = weightBits % count === 0 ? weightBits / count : Math.ceil((style === 'pair' ? weightBits - 1 : weightBits) / count)
  const base = 2 ** sliceBits
  const digit = (code: number, k: number): number => (Math.floor(code / base ** k) % base) / (base - 1)
  const code = (m: number): number => rint(m * largestCode)
  const centre = 2 ** (weightBits - 1)
  return Array.from({ length: count }, (_, k) => ({
    factor: ((base - 1) * base ** k) / largestCode,
    cells: style === 'pair'
      ? pairOf((m) => Math.sign(code(m)) * digit(Math.abs(code(m)), k))
      : [withUnit(each((m) => level(off + span * digit(code(m) + centre, k))), level(off + span * digit(centre, k)))],
    reference: off + span * digit(centre, k)
  }))
}

/** [column][input] as the column currents show it. */
function wired({ wires, minimumOhms }: CrossSimSettings, columns: number[][]): number[][] {
  if (wires === null) return columns
  if (wires.interleaved || !wires.fromInput) throw new Error('Only separate arrays that are driven from the inputs')
  const rows = columns[0]!.length
  const matrix = transferMatrixByNodalAnalysis({
    conductances: Float64Array.from({ length: rows * columns.length }, (_, k) => columns[k % columns.length]![Math.floor(k / columns.length)]!),
    rows, columns: columns.length, rowSegment: wires.rowOhms / minimumOhms, columnSegment: wires.columnOhms / minimumOhms, sense: wires.senseOhms / minimumOhms
  })
  return columns.map((_, o) => Array.from({ length: rows }, (_, i) => matrix[i * columns.length + o]!))
}

/** The converter of slice `k` of an array of `rows` inputs. */
function converter(settings: CrossSimSettings, rows: number, k: number, nearTie: ConventionOptions['nearTie']): (current: number) => number {
  const { adc } = settings
  if (adc === null) return (current) => current
  const [low, high] = adcLimits(settings, rows, k)
  const levels = adc.signMagnitude ? 2 ** adc.bits - 1 : 2 ** adc.bits
  const steps = (levels - 1) / (high - low)
  return (current) => {
    const step = (clip(current, low, high) - low) * steps
    nearTie?.(Math.abs(step - Math.floor(step) - 0.5))
    return rint(step) / steps + low
  }
}

/** Lower and upper end of the converter of slice `k`. */
export function adcLimits({ adc, dac, style, slices, subtractsCurrents }: CrossSimSettings, rows: number, k: number): [number, number] {
  if (adc === null) throw new Error('Without a converter there are no ends')
  if (adc.calibrated !== null) return adc.calibrated[k] ?? adc.calibrated[0]!
  const signed = dac?.signed ?? true
  if (slices === null || style === 'pair') return signed || (style === 'pair' && subtractsCurrents) ? [-rows, rows] : [0, rows]
  const base = 2 ** (slices.weightBits % slices.count === 0 ? slices.weightBits / slices.count : Math.ceil(slices.weightBits / slices.count))
  const magnitudeBits = dac === null ? 0 : signed ? dac.bits - 1 : dac.bits
  const correction = dac === null ? 1 : 2 ** magnitudeBits / (2 ** magnitudeBits - 1)
  const nearest = 2 ** rint(Math.log2(rows))
  const high = ((nearest * base) / (base - 1)) * ((signed ? 2 ** adc.bits - 2 : 2 ** adc.bits - 1) / 2 ** adc.bits) * correction
  return [signed ? -high : 0, high]
}
