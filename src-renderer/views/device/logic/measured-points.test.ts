import { expect, it } from 'vitest'
import type { TablePoint } from '@shared/devices'
import type { MeasuredFit } from '@shared/measurements'
import { isUnbiased, measuredTimes, nameFromFile, pointsAt, simplestGoodFit, typographicFormula } from './measured-points'

const point = (targetMicrosiemens: number, seconds = 0, meanMicrosiemens = targetMicrosiemens): TablePoint => ({ targetMicrosiemens, meanMicrosiemens, deviationMicrosiemens: 0.1, seconds })
const fit = (form: MeasuredFit['form'], coefficients: number, rSquared: number): MeasuredFit => ({ form, formula: '', coefficients: Array.from({ length: coefficients }, () => 1), residuals: [], rootMeanSquare: 0, rSquared, curve: [] })

it('orders times and takes the points of one', () => {
  const points = [point(1, 86_400), point(1), point(2), point(2, 86_400)]
  expect(measuredTimes(points)).toEqual([0, 86_400])
  expect(pointsAt(points, 0).map(({ targetMicrosiemens }) => targetMicrosiemens)).toEqual([1, 2])
})
it('begins with the simplest form that is nearly the best', () => {
  expect(simplestGoodFit([fit('constant', 1, 0), fit('polynomial-4', 5, 0.98), fit('polynomial-2', 3, 0.965), fit('polynomial-1', 2, 0.9)])?.form).toBe('polynomial-2')
  // Of two equally simple forms the better one.
  expect(simplestGoodFit([fit('polynomial-1', 2, 0.9995), fit('saturating-exponential', 2, 0.9999)])?.form).toBe('saturating-exponential')
  // A line through the origin leaves visibly more than an exact line.
  expect(simplestGoodFit([fit('proportional', 1, 0.9987), fit('polynomial-1', 2, 1), fit('polynomial-2', 3, 1)])?.form).toBe('polynomial-1')
  expect(simplestGoodFit([fit('constant', 1, 0)])?.form).toBe('constant')
  expect(simplestGoodFit([])).toBeNull()
})
it('tells means that are the targets from those that are not', () => {
  expect(isUnbiased([point(0), point(25)])).toBe(true)
  expect(isUnbiased([point(0), point(25, 0, 25.01)])).toBe(false)
})
it('names a device after its file, and raises powers', () => {
  expect(nameFromFile('run 7.v2.csv')).toBe('run 7.v2')
  expect(nameFromFile('.csv')).toBe('Measured device')
  expect(typographicFormula('y = -0.5 + 2·G^2 − 1e-7·G^4')).toBe('y = −0.5 + 2·G² − 1e−7·G⁴')
})
