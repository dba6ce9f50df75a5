import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { TablePoint } from '@shared/devices'
import { measuredFitsSchema, measurementsSchema } from '@shared/measurements'
import { deviceOfFit, measuredFits, measurementFile } from './measurement-file'

const folder = mkdtempSync(join(tmpdir(), 'measurements-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const point = (targetMicrosiemens: number, deviationMicrosiemens: number, meanMicrosiemens = targetMicrosiemens): TablePoint => ({ targetMicrosiemens, meanMicrosiemens, deviationMicrosiemens, seconds: 0 })

describe('a file of measurements', () => {
  it('gives the points and names each malformed row by its line', async () => {
    const path = file('m.csv', 'target,mean,deviation\n1,1.1,0.1\n2,two,0.1\n3,3.1,0.2\n4,4\n1,1,0\n5,-5,0.1\n')
    const read = await measurementFile(path)
    expect(measurementsSchema.parse(read)).toEqual(read)
    expect(read.name).toBe('m.csv')
    expect(read.points.map((each) => each.targetMicrosiemens)).toEqual([1, 3])
    expect(read.malformed.map(({ where, message }) => [where, message])).toEqual([
      ['m.csv, line 3', 'The mean “two” is not a number.'],
      ['m.csv, line 5', 'Found 2 columns; expected target, mean, deviation and optionally time.'],
      ['m.csv, line 6', 'The point 1 µS at 0 s is already in line 2.'],
      ['m.csv, line 7', 'The mean is -5; it cannot be negative.']
    ])
  })
  it('is refused when it is missing, a folder, or holds no table', async () => {
    await expect(measurementFile(join(folder, 'none.csv'))).rejects.toMatchObject({ problem: { code: 'FILE_NOT_FOUND' } })
    await expect(measurementFile(folder)).rejects.toMatchObject({ problem: { code: 'FILE_UNREADABLE' } })
    await expect(measurementFile(file('empty.csv', 'target,mean,deviation\n'))).rejects.toMatchObject({ problem: { code: 'DATA_FORMAT_UNKNOWN' } })
  })
})

describe('fits to measured points', () => {
  const points = [0, 2, 4, 6, 8].map((target) => point(target, 0.3 + 0.1 * target, 2 * target))
  it('are offered for deviation and mean, with the curve over the measured range', () => {
    const fits = measuredFits(points)
    expect(measuredFitsSchema.parse(fits)).toEqual(fits)
    const line = fits.deviation.find(({ form }) => form === 'polynomial-1')!
    expect(line.coefficients[0]).toBeCloseTo(0.3, 10)
    expect(line.coefficients[1]).toBeCloseTo(0.1, 10)
    expect(line.rSquared).toBeCloseTo(1, 10)
    expect(line.curve[0]).toEqual([0, expect.closeTo(0.3, 10)])
    expect(line.curve.at(-1)).toEqual([8, expect.closeTo(1.1, 10)])
    expect(fits.mean.find(({ form }) => form === 'proportional')?.coefficients[0]).toBeCloseTo(2, 10)
  })
  it('leave out forms with more coefficients than targets', () => {
    expect(measuredFits(points.slice(0, 2)).deviation.map(({ form }) => form)).toEqual(['constant', 'proportional', 'polynomial-1', 'saturating-exponential'])
    expect(() => measuredFits(points.slice(0, 1))).toThrow(/at least two/)
  })
  it('make a device whose table follows them', () => {
    const device = deviceOfFit({ name: 'Line', points, deviation: 'polynomial-1', mean: 'proportional' })
    expect(device.name).toBe('Line')
    for (const made of device.points) {
      expect(made.deviationMicrosiemens).toBeCloseTo(0.3 + 0.1 * made.targetMicrosiemens, 9)
      expect(made.meanMicrosiemens).toBeCloseTo(2 * made.targetMicrosiemens, 9)
    }
    const unbiased = deviceOfFit({ name: 'Line', points, deviation: 'constant', mean: null })
    for (const made of unbiased.points) expect(made.meanMicrosiemens).toBe(made.targetMicrosiemens)
  })
})
