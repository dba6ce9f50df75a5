import { describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { parseDuration, parseInteger, parseNameSweep, parseNormalize, parseNumber, parseSweep } from './arguments'

/** The option that a problem names, and its code. */
function problemOf(operation: () => unknown): string {
  try {
    operation()
  } catch (thrown) {
    if (thrown instanceof ProblemError) return `${thrown.problem.code} ${thrown.problem.where}`
    throw thrown
  }
  return 'no problem'
}

describe('numbers', () => {
  it.each([['0.1', 0.1], ['.5', 0.5], ['5e-4', 5e-4], ['-0.05', -0.05], ['2.', 2]])('reads %s', (text, value) => {
    expect(parseNumber('--x', text)).toBe(value)
  })
  it.each(['', ' ', 'abc', '0x10', '1,5', 'NaN', 'Infinity', '1 2', '--5', '1e999'])('refuses "%s"', (text) => {
    expect(problemOf(() => parseNumber('--x', text))).toBe('ARGUMENT_INVALID --x')
  })
  it.each(['1.5', '-1', '', '1e3', '99999999999999999999'])('refuses "%s" as a whole number', (text) => {
    expect(problemOf(() => parseInteger('--x', text, 0, 1e9))).toBe('ARGUMENT_INVALID --x')
  })
  it('holds to the range', () => {
    expect(parseInteger('--x', '7', 0, 7)).toBe(7)
    expect(problemOf(() => parseInteger('--x', '8', 0, 7))).toBe('ARGUMENT_INVALID --x')
    expect(problemOf(() => parseNumber('--x', '1.1', 0, 1))).toBe('ARGUMENT_INVALID --x')
  })
})

describe('sweeps', () => {
  it('reads one value, a list, a range', () => {
    expect(parseSweep('--sigma', '0.1')).toEqual({ kind: 'single', value: 0.1 })
    expect(parseSweep('--sigma', '0,0.05,0.1')).toEqual({ kind: 'sweep', values: [0, 0.05, 0.1] })
    expect(parseSweep('--sigma', '0.1,')).toEqual({ kind: 'sweep', values: [0.1] })
  })

  it('includes the last value of a range and has no binary dust', () => {
    expect(parseSweep('--sigma', '0:0.2:0.02')).toEqual({ kind: 'sweep', values: [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2] })
    expect(parseSweep('--mu', '-0.1:0.1:0.1')).toEqual({ kind: 'sweep', values: [-0.1, 0, 0.1] })
    expect(parseSweep('--sigma', '0:0.1:0.03')).toEqual({ kind: 'sweep', values: [0, 0.03, 0.06, 0.09] })
  })

  it.each(['0:0.2', '0:0.2:0', '0:0.2:-0.1', '0.2:0:0.1', '0:1:0.0001', '0,,1', ',', '0,0', '0:a:1'])('refuses "%s"', (text) => {
    expect(problemOf(() => parseSweep('--sigma', text))).toBe('ARGUMENT_INVALID --sigma')
  })

  it('reads words for values, and names', () => {
    expect(parseSweep('--adc-bits', '4,8,ideal', { ideal: 0 })).toEqual({ kind: 'sweep', values: [4, 8, 0] })
    expect(parseNameSweep('--scale', 'network,layer', ['network', 'layer'] as const)).toEqual({ kind: 'sweep', values: ['network', 'layer'] })
    expect(problemOf(() => parseNameSweep('--scale', 'lair', ['network', 'layer'] as const))).toBe('ARGUMENT_INVALID --scale')
  })
})

describe('times', () => {
  it.each([['0', 0], ['20', 20], ['20s', 20], ['5min', 300], ['1h', 3600], ['2.5d', 216_000], ['1y', 31_536_000], ['1e6', 1e6], ['1e-6s', 1e-6], [' 3 h ', 10_800]])('reads %s', (text, seconds) => {
    expect(parseDuration('--time', text)).toBe(seconds)
  })
  it.each(['', 'h', '1m', '1 week', '-1', '-1h', '1h30', '0x1s', '1,5h', 'Infinity', 'NaN'])('refuses "%s"', (text) => {
    expect(problemOf(() => parseDuration('--time', text))).toBe('ARGUMENT_INVALID --time')
  })
  it('sweeps times with units', () => {
    expect(parseSweep('--time', '0,1h,1d', {}, parseDuration)).toEqual({ kind: 'sweep', values: [0, 3600, 86_400] })
    expect(parseSweep('--time', '0:2d:1d', {}, parseDuration)).toEqual({ kind: 'sweep', values: [0, 86_400, 172_800] })
  })
})

describe('normalisation', () => {
  it('reads one value and one per channel', () => {
    expect(parseNormalize('--normalize', '0.5/0.25')).toEqual({ mean: [0.5], std: [0.25] })
    expect(parseNormalize('--normalize', '0.4914,0.4822,0.4465/0.247,0.2435,0.2616')).toEqual({ mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] })
  })
  it.each(['0.5', '0.5/0', '1/2/3', '1,2/1,2,3', 'a/b', '/'])('refuses "%s"', (text) => {
    expect(problemOf(() => parseNormalize('--normalize', text))).toBe('ARGUMENT_INVALID --normalize')
  })
})
