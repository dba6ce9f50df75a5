import { describe, expect, it } from 'vitest'
import { hardwareSchema } from './hardware'
import { parseOrFail, ProblemError } from './problems'

function problemOf(value: unknown): { where: string; message: string } {
  try {
    parseOrFail(hardwareSchema, value, 'HARDWARE_INVALID', 'hardware')
  } catch (thrown) {
    if (thrown instanceof ProblemError) return { where: thrown.problem.where, message: thrown.problem.message }
  }
  throw new Error('No problem was found')
}

describe('what a schema finds wrong', () => {
  it.each([
    [{ device: { kind: 'weight-referred', sigma: -1 } }, 'hardware.device.sigma', 'Found -1, expected a number of at least 0.'],
    [{ device: { kind: 'weight-referred', sigma: 'x' } }, 'hardware.device.sigma', 'Found "x", expected a number.'],
    [{ device: { kind: 'weight-referred', sigm: 0.1 } }, 'hardware.device.sigm', 'There is no field "sigm" here.'],
    [{ array: { rows: 1.5 } }, 'hardware.array.rows', 'Found 1.5, expected a whole number.'],
    [{ array: { rows: 1e6 } }, 'hardware.array.rows', 'Found 1000000, expected a number of at most 65536.'],
    [{ representation: { scalePercentile: 50 } }, 'hardware.representation.scalePercentile', 'Found 50, expected a number above 50.'],
    [{ representation: { bias: 'magnetic' } }, 'hardware.representation.bias', 'Found "magnetic", expected one of "analog", "digital".'],
    [{ adc: { outputBits: 1 } }, 'hardware.adc.outputBits', 'Use 0 (ideal) or 2 to 16 bits.'],
    [{ adc: { outputBits: Infinity } }, 'hardware.adc.outputBits', 'Found Infinity, expected a number.'],
    [{ adc: { range: { kind: 'narrow' } } }, 'hardware.adc.range.kind', 'Found "narrow", expected one of "calibrated", "full-scale", "fixed".'],
    [{ dac: { range: {} } }, 'hardware.dac.range.kind', 'Found nothing, expected one of "calibrated", "fixed", "per-vector".'],
    [{ layers: { '': { digital: true } } }, 'hardware.layers.', 'Found "", expected at least 1 characters.'],
    ['text', 'hardware', 'Found "text", expected an object.']
  ])('%j', (value, where, message) => expect(problemOf(value)).toEqual({ where, message }))
})
