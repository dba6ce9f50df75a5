/** The contract says by itself whether a device acts (src-shared/devices/activity.ts); the models must say the same. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changesWithTime, conductanceDeviceSchema, defaultDevice, deviceCatalogue, findPreset, programsWithError, readsWithNoise, type ConductanceDeviceDescription, type ConductanceDeviceKind } from '@shared/devices'
import { arbitraryOf } from '@shared/hardware/testing/arbitrary'
import { conductanceDevice } from './registry'

const kinds = Object.keys(deviceCatalogue) as ConductanceDeviceKind[]
const times = [0, 1e-9, 0.5, 1, 1.5, 60, 3600, 86_400, 1e8, 1e10]

/** Goals over the whole range, its ends among them. */
function goalsOf(device: ConductanceDeviceDescription): Float32Array {
  const { minimum, maximum } = conductanceDevice(device).range(device)
  return Float32Array.from({ length: 33 }, (_, index) => minimum + (index / 32) * (maximum - minimum))
}

/** Programmed values differ from their goals for some goal inside the range: in the mean, or by a spread. */
function modelErrs(device: ConductanceDeviceDescription): boolean {
  const model = conductanceDevice(device)
  const goals = goalsOf(device)
  const [mean, deviation] = [new Float32Array(goals.length), new Float32Array(goals.length)]
  model.programmedMean(mean, goals, device)
  model.programmedDeviation(deviation, goals, device)
  // Interpolating a straight line in single precision leaves some 1e-7 of the range, which is no error of the device.
  const negligible = 1e-5 * Math.max(...goals)
  return deviation.some((value) => value > 0) || mean.some((value, index) => Math.abs(value - (goals[index] ?? NaN)) > negligible)
}

function expectAgreement(device: ConductanceDeviceDescription): void {
  const model = conductanceDevice(device)
  expect(readsWithNoise(device), 'read noise').toBe(model.readsWithNoise(device))
  for (const seconds of times) expect(changesWithTime(device, seconds), `change after ${seconds} s`).toBe(model.ages(device, seconds))
  // Whoever says that programming is exact must be right; a model that errs may, with some values, err by nothing.
  if (!programsWithError(device)) expect(modelErrs(device), 'programming error').toBe(false)
  const goals = goalsOf(device)
  for (const seconds of [0, 60, 1e10]) {
    const deviation = new Float32Array(goals.length).fill(NaN)
    model.readDeviation(deviation, goals, goals, goals, device, seconds)
    expect(deviation.every((value) => (model.readsWithNoise(device) ? Number.isFinite(value) && value >= 0 : value === 0)), `deviation of a read after ${seconds} s`).toBe(true)
  }
}

describe('whether a device acts', () => {
  it.each(kinds.flatMap((kind) => deviceCatalogue[kind].presets.map(({ id }) => id)))('%s', (id) => {
    const device = findPreset(id)
    if (device === undefined) throw new Error(`no preset ${id}`)
    expectAgreement(device)
    expect(programsWithError(device)).toBe(modelErrs(device))
  })

  it.each(kinds)('%s with random values', (kind) => {
    const entry = conductanceDeviceSchema.options.find((option) => option.shape.kind.value === kind)
    if (entry === undefined) throw new Error(`no schema ${kind}`)
    fc.assert(fc.property(arbitraryOf(entry), (values) => expectAgreement(conductanceDeviceSchema.parse(values))), { numRuns: 200 })
  })

  it.each(kinds)('%s with its defaults', (kind) => {
    expectAgreement(defaultDevice(kind))
  })

  it('is seen where a single value makes the difference', () => {
    const parse = (values: unknown) => conductanceDeviceSchema.parse(values)
    const acts = (values: unknown): [boolean, boolean, boolean] => {
      const device = parse(values)
      expectAgreement(device)
      return [programsWithError(device), changesWithTime(device, 100), readsWithNoise(device)]
    }
    const exact = { kind: 'generic', sigma: 0 }
    expect(acts(exact)).toEqual([false, false, false])
    expect(acts({ ...exact, sigma: 0.01 })).toEqual([true, false, false])
    expect(acts({ ...exact, driftExponentDeviation: 0.01 })).toEqual([false, true, false])
    expect(acts({ ...exact, readDeviationFraction: 0.01 })).toEqual([false, false, true])
    expect(acts({ kind: 'ctt' })).toEqual([false, false, false])
    expect(acts({ kind: 'ctt', programmingErrorFraction: 0.01, retentionShiftPerDecade: -0.01 })).toEqual([true, true, false])
    const point = (target: number, mean: number, deviation: number, seconds = 0) => ({ targetMicrosiemens: target, meanMicrosiemens: mean, deviationMicrosiemens: deviation, seconds })
    expect(acts({ kind: 'table', points: [point(0, 0, 0), point(5, 5, 0)] })).toEqual([false, false, false])
    expect(acts({ kind: 'table', points: [point(0, 0.1, 0), point(5, 5, 0)] })).toEqual([true, false, false])
    expect(acts({ kind: 'table', points: [point(0, 0, 0), point(5, 5, 0), point(0, 0, 0, 9), point(5, 4, 0, 9)], readDeviationFraction: 0.1 })).toEqual([true, true, true])
  })
})
