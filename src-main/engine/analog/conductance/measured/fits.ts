/**
 * Curves through measured deviations (or means) by least squares: constant, proportional, polynomial to degree 4, saturating
 * exponential A·(1 − e^(−G/B)). All but B enter linearly and are solved by QR (ml-matrix); B alone is searched.
 */
import { Matrix, QrDecomposition } from 'ml-matrix'
import type { TableDevice } from '@shared/devices'
import { tableSchema } from '@shared/devices'
import type { FitForm } from '@shared/measurements'
import { fail } from '@shared/problems'

export { fitForms, type FitForm } from '@shared/measurements'

export interface Fit {
  form: FitForm
  /** Constant c; proportional k; polynomial c₀, c₁, …; saturating exponential A, B. */
  coefficients: readonly number[]
  /** In plain text, y in µS and G in µS. */
  formula: string
  /** Measured minus fitted, in the order of the points, in µS. */
  residuals: readonly number[]
  /** Root of the mean squared residual, in µS. */
  rootMeanSquare: number
  /** 1 − Σ residual²/Σ (y − ȳ)²; 1 where all values are equal and met. Negative for a form worse than the mean. */
  rSquared: number
  evaluate(conductanceMicrosiemens: number): number
}

/**
 * Fits one form to points (x, y) in µS.
 * @throws ProblemError HARDWARE_INVALID where there are fewer points than coefficients.
 */
export function fitPoints(x: readonly number[], y: readonly number[], form: FitForm, where = 'hardware.device.points'): Fit {
  const needed = form === 'saturating-exponential' ? 2 : form.startsWith('polynomial') ? degreeOf(form) + 1 : 1
  const distinct = new Set(x).size
  if (distinct < needed) {
    fail('HARDWARE_INVALID', where, `The form ${form} has ${needed} coefficients; found ${distinct} different targets.`, 'Measure more targets or choose a simpler form.')
  }
  if (form === 'saturating-exponential') return fitSaturating(x, y)
  const powers = form === 'constant' ? [0] : form === 'proportional' ? [1] : Array.from({ length: degreeOf(form) + 1 }, (_, power) => power)
  // Scaled to |x| ≤ 1, so that the columns of the system have like size.
  const scale = Math.max(...x.map(Math.abs)) || 1
  const solved = solveLinear(x, y, powers.map((power) => (value: number) => (value / scale) ** power))
  const coefficients = solved.map((coefficient, k) => coefficient / scale ** (powers[k] ?? 0))
  const evaluate = (g: number): number => coefficients.reduce((sum, coefficient, k) => sum + coefficient * g ** (powers[k] ?? 0), 0)
  const formula = coefficients.map((c, k) => term(c, powers[k] ?? 0)).join(' + ').replaceAll('+ -', '− ')
  return finish(form, coefficients, `y = ${formula}`, x, y, evaluate)
}

const degreeOf = (form: FitForm): number => Number(form.slice(-1))
const short = (value: number): string => String(Number(value.toPrecision(5)))
const term = (c: number, power: number): string => (power === 0 ? short(c) : power === 1 ? `${short(c)}·G` : `${short(c)}·G^${power}`)

function solveLinear(x: readonly number[], y: readonly number[], basis: readonly ((x: number) => number)[]): number[] {
  const system = new Matrix(x.map((value) => basis.map((f) => f(value))))
  return new QrDecomposition(system).solve(Matrix.columnVector([...y])).to1DArray()
}

/**
 * A·(1 − e^(−G/B)): for each B the best A is linear, so only B is searched, on a logarithmic grid from a hundredth to a
 * hundredfold of the largest target and then by golden section around the best point.
 */
function fitSaturating(x: readonly number[], y: readonly number[]): Fit {
  const largest = Math.max(...x.map(Math.abs)) || 1
  const amplitude = (b: number): number => {
    let xy = 0
    let xx = 0
    x.forEach((g, i) => {
      const shape = -Math.expm1(-g / b)
      xy += shape * (y[i] ?? 0)
      xx += shape * shape
    })
    return xx === 0 ? 0 : xy / xx
  }
  const cost = (logB: number): number => {
    const b = Math.exp(logB)
    const a = amplitude(b)
    return x.reduce((sum, g, i) => sum + ((y[i] ?? 0) + a * Math.expm1(-g / b)) ** 2, 0)
  }
  const start = Math.log(largest / 100)
  const gridStep = Math.log(1e4) / 200
  let best = 0
  for (let k = 1; k <= 200; k++) if (cost(start + k * gridStep) < cost(start + best * gridStep)) best = k
  const logB = goldenSection(cost, start + (best - 1) * gridStep, start + (best + 1) * gridStep)
  const b = Math.exp(logB)
  const a = amplitude(b)
  return finish('saturating-exponential', [a, b], `y = ${short(a)}·(1 − e^(−G/${short(b)}))`, x, y, (g) => -a * Math.expm1(-g / b))
}

/** Position of the minimum of a function with one minimum in [low, high]. */
function goldenSection(f: (at: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let left = high - ratio * (high - low)
  let right = low + ratio * (high - low)
  let fLeft = f(left)
  let fRight = f(right)
  while (high - low > 1e-9) {
    if (fLeft < fRight) {
      high = right
      right = left
      fRight = fLeft
      left = high - ratio * (high - low)
      fLeft = f(left)
    } else {
      low = left
      left = right
      fLeft = fRight
      right = low + ratio * (high - low)
      fRight = f(right)
    }
  }
  return (low + high) / 2
}

function finish(form: FitForm, coefficients: readonly number[], formula: string, x: readonly number[], y: readonly number[], evaluate: (g: number) => number): Fit {
  const residuals = y.map((value, i) => value - evaluate(x[i] ?? 0))
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0)
  const average = y.reduce((sum, value) => sum + value, 0) / y.length
  const total = y.reduce((sum, value) => sum + (value - average) ** 2, 0)
  // Equal values leave no variance to explain; below this, squares are rounding.
  const rounding = y.length * (1e-12 * average) ** 2
  const rSquared = total > rounding ? 1 - squares / total : squares <= rounding ? 1 : 0
  return { form, coefficients, formula, residuals, rootMeanSquare: Math.sqrt(squares / y.length), rSquared, evaluate }
}

/** Points that a fitted curve is sampled at: monotone interpolation between them errs by far less than any measurement. */
const samples = 65

/**
 * A table device whose deviation (and, if given, mean) follows fitted curves over the measured range; a curve is cut at 0.
 */
export function deviceFromFit(name: string, range: { minimum: number; maximum: number }, deviation: Fit, mean?: Fit): TableDevice {
  const points = Array.from({ length: samples }, (_, i) => {
    const targetMicrosiemens = range.minimum + (i / (samples - 1)) * (range.maximum - range.minimum)
    return {
      targetMicrosiemens,
      meanMicrosiemens: Math.max(0, mean?.evaluate(targetMicrosiemens) ?? targetMicrosiemens),
      deviationMicrosiemens: Math.max(0, deviation.evaluate(targetMicrosiemens))
    }
  })
  return tableSchema.parse({ kind: 'table', name, points })
}
