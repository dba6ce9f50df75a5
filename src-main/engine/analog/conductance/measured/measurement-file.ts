/** From a file of measured conductances to points and fits, and from those to a device. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { TableDevice, TablePoint } from '@shared/devices'
import { fitForms, type DeviceOfFitInput, type FitForm, type MeasuredFit, type MeasuredFits, type Measurements } from '@shared/measurements'
import { fail, ProblemError } from '@shared/problems'
import { deviceFromFit, fitPoints, type Fit } from './fits'
import { readMeasurements } from './read-csv'

/** 20 000 rows of four long numbers stay below this. */
const largestBytes = 4_000_000
/** Points of a drawn curve. */
const curvePoints = 65

/**
 * Reads a CSV of measured points; malformed rows are named by line and left out.
 * @throws ProblemError FILE_TOO_LARGE, FILE_UNREADABLE, DATA_FORMAT_UNKNOWN.
 */
export async function measurementFile(file: string): Promise<Measurements> {
  const name = basename(file)
  const information = await stat(file).catch(() => fail('FILE_NOT_FOUND', name, 'There is no such file.'))
  if (!information.isFile()) fail('FILE_UNREADABLE', name, 'A file was expected, but this is a folder.')
  if (information.size > largestBytes) fail('FILE_TOO_LARGE', name, `The file has ${information.size} bytes; a measurement has at most ${largestBytes}.`)
  const text = await readFile(file, 'utf8').catch(() => fail('FILE_UNREADABLE', name, 'The file cannot be read.'))
  return { name, ...readMeasurements(text, name) }
}

/** Every form fitted to deviation and mean of points of one time; at least two targets. */
export function measuredFits(points: readonly TablePoint[]): MeasuredFits {
  if (points.length < 2) fail('DATA_CORRUPT', 'points', `Found ${points.length} measured targets at this time; at least two are needed.`, 'Choose another time.')
  const x = points.map(({ targetMicrosiemens }) => targetMicrosiemens)
  const range = rangeOf(points)
  const fitted = (y: number[]): MeasuredFit[] => fitForms.flatMap((form) => describedFit(x, y, form, range))
  return { deviation: fitted(points.map((point) => point.deviationMicrosiemens)), mean: fitted(points.map((point) => point.meanMicrosiemens)) }
}

const rangeOf = (points: readonly TablePoint[]): { minimum: number; maximum: number } => {
  const targets = points.map(({ targetMicrosiemens }) => targetMicrosiemens)
  return { minimum: Math.min(...targets), maximum: Math.max(...targets) }
}

/** One fit as it is sent; none where the points are too few for the form. */
function describedFit(x: number[], y: number[], form: FitForm, { minimum, maximum }: { minimum: number; maximum: number }): MeasuredFit[] {
  const fit = fitOrNull(x, y, form)
  if (fit === null || !fit.coefficients.every(Number.isFinite)) return []
  const { formula, rootMeanSquare, rSquared, evaluate } = fit
  const curve = Array.from({ length: curvePoints }, (_, k): [number, number] => {
    const at = minimum + (k / (curvePoints - 1)) * (maximum - minimum)
    return [at, evaluate(at)]
  })
  return [{ form, formula, coefficients: [...fit.coefficients], residuals: [...fit.residuals], rootMeanSquare, rSquared, curve }]
}

function fitOrNull(x: number[], y: number[], form: FitForm): Fit | null {
  try {
    return fitPoints(x, y, form)
  } catch (thrown) {
    if (thrown instanceof ProblemError) return null
    throw thrown
  }
}

/**
 * A device whose deviation, and mean unless that is the target itself, follow forms fitted to points of one time.
 * @throws ProblemError HARDWARE_INVALID where there are fewer points than a form needs.
 */
export function deviceOfFit({ name, points, deviation, mean }: DeviceOfFitInput): TableDevice {
  const x = points.map(({ targetMicrosiemens }) => targetMicrosiemens)
  const fit = (of: (point: TablePoint) => number, form: FitForm): Fit => fitPoints(x, points.map(of), form, 'points')
  const means = mean === null ? [] : [fit((point) => point.meanMicrosiemens, mean)]
  return deviceFromFit(name, rangeOf(points), fit((point) => point.deviationMicrosiemens, deviation), ...means)
}
