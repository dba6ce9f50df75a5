import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { ProblemError } from '@shared/problems'
import { tableSchema } from '@shared/devices'
import { conductanceDevice } from '../registry'
import { MonotoneCubic } from '../monotone-cubic'
import { tableStatistics } from '../models/table'
import { deviceFromFit, fitPoints } from './fits'
import { parseMeasurements } from './read-csv'

/** Rounding of float32 conductances. */
const float32 = 1e-6

const problemOf = (text: string): { code: string; where: string; message: string } => {
  try {
    parseMeasurements(text, 'cells.csv')
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem
    throw thrown
  }
  throw new Error('The text was accepted.')
}

describe('parseMeasurements', () => {
  const expected = [
    { targetMicrosiemens: 1, meanMicrosiemens: 1.5, deviationMicrosiemens: 0.25, seconds: 0 },
    { targetMicrosiemens: 2, meanMicrosiemens: 2.5, deviationMicrosiemens: 0.5, seconds: 0 }
  ]
  it.each([
    ['commas without header', '1,1.5,0.25\n2,2.5,0.5\n'],
    ['commas with header', 'G_target,mean,deviation\n1,1.5,0.25\n2,2.5,0.5'],
    ['semicolons and decimal commas', 'Ziel;Mittel;Abweichung\r\n1,0;1,5;0,25\r\n2,0;2,5;0,5\r\n'],
    ['tabs and decimal commas', '1\t1,5\t0,25\n2\t2,5\t5e-1\n'],
    ['columns in the order that the header names', 'standard deviation (µS),time (s),G_target (uS),mean [µS]\n0.25,0,1,1.5\n0.5,0,2,2.5\n'],
    ['blank lines, comments, spaces and a byte order mark', '\ufeff# µS\n\n 1 , 1.5 ,0.25\n\n2,"2.5",0.5\n\n']
  ])('reads %s', (_name, text) => expect(parseMeasurements(text, 'cells.csv')).toEqual(expected))

  it('reads times', () => {
    expect(parseMeasurements('t;m;s;time\n1;1;0,1;0\n1;1;0,2;3600', 'cells.csv').map((point) => point.seconds)).toEqual([0, 3600])
  })

  it.each([
    ['a word', 'G,m,s\n1,1,0.1\n2,two,0.1\n', 'cells.csv, line 3', 'two'],
    ['a missing column behind a comment', '# µS\n\n1,1,0.1\n2,2\n', 'cells.csv, line 4', '2 columns'],
    ['a time in one row only', '1,1,0.1\n2,2,0.1,5\n', 'cells.csv, line 2', '4 columns'],
    ['a negative deviation', '1,1,-0.1\n', 'cells.csv, line 1', 'negative'],
    ['an empty cell', '1,1,0.1\n2,,0.1\n', 'cells.csv, line 2', 'mean'],
    ['a conductance beyond the range of devices', '1,1,0.1\n2e6,2,0.1\n', 'cells.csv, line 2', '1e6 µS'],
    ['a time beyond the range of devices', '1,1,0.1,0\n2,2,0.1,1e11\n', 'cells.csv, line 2', '1e10 s'],
    ['a row with more than the header names', 'mean,target,std\n1,1,0.1,5\n', 'cells.csv, line 2', 'the header names 3'],
    ['a repeated point', '1,1,0.1\n2,2,0.1\n1,1.1,0.1\n', 'cells.csv, line 3', 'line 1']
  ])('names the line of %s', (_name, text, where, part) => {
    const found = problemOf(text)
    expect(found).toMatchObject({ code: 'DATA_CORRUPT', where })
    expect(found.message).toContain(part)
  })

  it('refuses text without points and broken quotes', () => {
    expect(problemOf('').code).toBe('DATA_FORMAT_UNKNOWN')
    expect(problemOf('target,mean,deviation\n').code).toBe('DATA_FORMAT_UNKNOWN')
    expect(problemOf('1,"1,0.1\n2,2,0.1').code).toBe('DATA_CORRUPT')
  })

  it.each([
    ['another unit', 'target (nS),mean,deviation\n1,1,0.1\n', 'is in nS; expected µS'],
    ['another unit of time', 'target,mean,deviation,time (h)\n1,1,0.1,1\n', 'is in h; expected seconds'],
    ['some columns in another order', 'G,std,mean\n1,0.1,1\n', 'stands where the mean was expected']
  ])('refuses a header with %s', (_name, text, part) => expect(problemOf(text)).toMatchObject({ code: 'DATA_FORMAT_UNKNOWN', message: expect.stringContaining(part) as string }))

  it('never fails without a problem', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        try {
          parseMeasurements(text, 'x')
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ProblemError)
        }
      })
    )
  })
})

describe('MonotoneCubic', () => {
  it('passes through the points, stays monotone, reproduces a line and holds the ends', () => {
    const finite = fc.double({ min: 0, max: 100, noNaN: true })
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 12 }), fc.array(finite, { minLength: 12, maxLength: 12 }), (xs, ys) => {
        const x = Float64Array.from(xs.sort((a, b) => a - b))
        const y = Float64Array.from(x, (_, i) => ys[i] ?? 0).sort()
        const curve = new MonotoneCubic(x, y)
        x.forEach((at, i) => expect(Math.abs(curve.evaluate(at) - (y[i] ?? NaN))).toBeLessThan(1e-9))
        let before = -Infinity
        for (let k = -5; k <= 105; k++) {
          const value = curve.evaluate((k / 100) * 1000)
          expect(value).toBeGreaterThanOrEqual(before - 1e-9)
          before = value
        }
      })
    )
    const line = new MonotoneCubic(Float64Array.of(0, 1, 4), Float64Array.of(1, 3, 9))
    expect(line.evaluate(2.7)).toBeCloseTo(6.4, 12)
    expect([line.evaluate(-1), line.evaluate(5)]).toEqual([1, 9])
  })

  it('does not overshoot a peak', () => {
    const curve = new MonotoneCubic(Float64Array.of(0, 1, 2, 3), Float64Array.of(0, 1, 1, 0))
    for (let x = 0; x <= 3; x += 0.01) expect(curve.evaluate(x)).toBeLessThanOrEqual(1 + 1e-12)
  })
})

describe('table device', () => {
  const point = (targetMicrosiemens: number, meanMicrosiemens: number, deviationMicrosiemens: number, seconds: number) =>
    ({ targetMicrosiemens, meanMicrosiemens, deviationMicrosiemens, seconds })
  const device = tableSchema.parse({
    kind: 'table',
    points: [point(10, 9, 0.8, 3600), point(0, 0, 0.4, 3600), point(0, 0, 0.2, 1), point(10, 10, 0.4, 1), point(0, 0, 0.1, 1e6), point(10, 5, 0.1, 1e6)]
  })

  it('interpolates in the target and in ln t, and holds the ends', () => {
    const at = (seconds: number): number[] => {
      const { mean, deviation } = tableStatistics(Float32Array.of(5), device, seconds)
      return [mean[0] ?? NaN, deviation[0] ?? NaN]
    }
    const near = (found: number[], expected: number[]): void => found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(float32))
    near(at(0), [5, 0.3])
    near(at(60), [4.75, 0.45])
    near(at(3600), [4.5, 0.6])
    near(at(1e9), [2.5, 0.1])
    expect(conductanceDevice(device).range(device)).toEqual({ minimum: 0, maximum: 10 })
  })

  it('has the measured moments at every time, whether the spread grows or shrinks', () => {
    const count = 40_000
    const goals = new Float32Array(count).fill(5)
    for (const [seconds, mean, deviation] of [[1, 5, 0.3], [3600, 4.5, 0.6], [1e6, 2.5, 0.1]] as const) {
      const values = new Float32Array(count)
      conductanceDevice(device).program(values, goals, device, { seed: 1, purpose: 'programming' })
      conductanceDevice(device).age(values, goals, device, seconds, { seed: 1, purpose: 'drift' })
      const found = values.reduce((sum, value) => sum + value, 0) / count
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - found) ** 2, 0) / count)
      // Five standard errors.
      expect(Math.abs(found - mean)).toBeLessThan((5 * deviation) / Math.sqrt(count))
      expect(Math.abs(spread - deviation)).toBeLessThan((5 * deviation) / Math.sqrt(2 * count))
    }
  })
})

describe('fits', () => {
  const x = Array.from({ length: 21 }, (_, i) => i * 10)
  /** Exact data: only rounding is left, amplified by the conditioning of a polynomial of degree 4. */
  const rounding = 1e-8

  it.each([
    ['constant', (): number => 0.7, [0.7]],
    ['proportional', (g: number): number => 0.03 * g, [0.03]],
    ['polynomial-1', (g: number): number => 4.78 - 0.0091 * g, [4.78, -0.0091]],
    ['polynomial-4', (g: number): number => 0.3 + 0.2 * g - 3e-3 * g ** 2 + 2e-5 * g ** 3 - 4e-8 * g ** 4, [0.3, 0.2, -3e-3, 2e-5, -4e-8]],
    ['saturating-exponential', (g: number): number => 19.9 * (1 - Math.exp(-g / 76)), [19.9, 76]]
  ] as const)('%s: finds the coefficients of exact data', (form, law, coefficients) => {
    const fit = fitPoints(x, x.map(law), form)
    fit.coefficients.forEach((value, k) => expect(Math.abs(value / (coefficients[k] ?? NaN) - 1)).toBeLessThan(form === 'saturating-exponential' ? 1e-6 : rounding))
    expect(fit.rSquared).toBeGreaterThan(1 - rounding)
    expect(Math.max(...fit.residuals.map(Math.abs))).toBeLessThan(1e-6)
  })

  it('gives residuals and R² of scattered data by their definition', () => {
    // Line y = x through (0, 1), (1, 0), (2, 3): slope 1, offset 1/3; Σ residual² = 8/3, Σ (y − ȳ)² = 14/3.
    const fit = fitPoints([0, 1, 2], [1, 0, 3], 'polynomial-1')
    expect(fit.coefficients[0]).toBeCloseTo(1 / 3, 12)
    expect(fit.coefficients[1]).toBeCloseTo(1, 12)
    fit.residuals.forEach((value, i) => expect(value).toBeCloseTo([2 / 3, -4 / 3, 2 / 3][i] ?? NaN, 12))
    expect(fit.rSquared).toBeCloseTo(1 - 8 / 14, 12)
    expect(fit.rootMeanSquare).toBeCloseTo(Math.sqrt(8 / 9), 12)
    expect(fitPoints([0, 1, 2], [1, 0, 3], 'constant').rSquared).toBeCloseTo(0, 12)
  })

  it('never explains less with a higher degree', () => {
    const values = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: x.length, maxLength: x.length })
    fc.assert(
      fc.property(values, (y) => {
        const squares = ([1, 2, 3, 4] as const).map((degree) => fitPoints(x, y, `polynomial-${degree}`).rootMeanSquare)
        for (let k = 1; k < squares.length; k++) expect(squares[k]).toBeLessThanOrEqual((squares[k - 1] ?? 0) + 1e-9)
      })
    )
  })

  it('refuses more coefficients than targets', () => {
    expect(() => fitPoints([1, 1, 2], [1, 2, 3], 'polynomial-2')).toThrow('3 coefficients')
  })

  it('makes a device that follows the curve', () => {
    const fit = fitPoints(x, x.map((g) => 19.9 * (1 - Math.exp(-g / 76))), 'saturating-exponential')
    const device = deviceFromFit('Fit', { minimum: 0, maximum: 200 }, fit)
    const goals = Float32Array.of(3, 77, 191)
    const out = new Float32Array(3)
    conductanceDevice(device).programmedDeviation(out, goals, device)
    // 65 samples of a smooth curve.
    goals.forEach((g, i) => expect(Math.abs((out[i] ?? NaN) - fit.evaluate(g))).toBeLessThan(2e-3))
  })
})
