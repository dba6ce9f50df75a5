/** Values of command-line options, from text. Pure; each raises ARGUMENT_INVALID naming the option. */
import { fail } from '@shared/problems'

const invalid = (option: string, found: string, expected: string): never =>
  fail('ARGUMENT_INVALID', option, `Found "${found}", expected ${expected}.`)

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A finite decimal number from `from` to `to`. */
export function parseNumber(option: string, text: string, from = -Infinity, to = Infinity): number {
  const value = numberPattern.test(text.trim()) ? Number(text) : NaN
  const range = from === -Infinity && to === Infinity ? 'a number' : to === Infinity ? `a number of at least ${from}` : `a number from ${from} to ${to}`
  return Number.isFinite(value) && value >= from && value <= to ? value : invalid(option, text, range)
}

/** `from:to`, both at least `lowest`. */
export function parseRange(option: string, text: string, lowest = -Infinity): { from: number; to: number } {
  const parts = text.split(':').map((part) => parseNumber(option, part, lowest))
  const [from, to] = parts
  return parts.length === 2 && from !== undefined && to !== undefined && from <= to ? { from, to } : invalid(option, text, 'from:to with the end not below the beginning')
}

/** A whole number from `from` to `to`. */
export function parseInteger(option: string, text: string, from: number, to: number): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN
  return Number.isSafeInteger(value) && value >= from && value <= to ? value : invalid(option, text, `a whole number from ${from} to ${to}`)
}

/** Seconds of the units that times are given in. */
const unitSeconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400, y: 31_536_000 }

/** A time of at least 0 in seconds: `20`, `20s`, `5min`, `1h`, `2.5d`, `1y` (365 days). */
export function parseDuration(option: string, text: string): number {
  const [, number = '', unit = 's'] = /^(.*?\d\.?)\s*([a-z]+)?$/i.exec(text.trim()) ?? []
  const seconds = unitSeconds[unit]
  if (!numberPattern.test(number) || seconds === undefined || Number(number) < 0) return invalid(option, text, 'a time such as 20, 20s, 5min, 1h, 1d or 1y')
  return Number(number) * seconds
}

/** One of a few words. */
export function parseChoice<T extends string>(option: string, text: string, choices: readonly T[]): T {
  return choices.find((choice) => choice === text) ?? invalid(option, text, `one of ${choices.join(', ')}`)
}

/** Points that a sweep may have; the schema says the same. */
const mostSweepPoints = 200
/** Steps of a range are rounded to this many decimals, so that 0:0.2:0.02 holds 0.06 and not 0.06000000000000001. */
const rangeDecimals = 10

export type ParsedSweep<T> = { kind: 'single'; value: T } | { kind: 'sweep'; values: T[] }

/**
 * `0.1` is one value; `0,0.05,0.1` and `0:0.2:0.02` (first:last:step, last included) are sweeps. A comma at the end makes a
 * sweep of one value. `words` are names for values, such as ideal for 0 bits; `parse` reads one value.
 */
export function parseSweep(option: string, text: string, words: Readonly<Record<string, number>> = {}, parse: (option: string, text: string) => number = parseNumber): ParsedSweep<number> {
  const one = (part: string): number => words[part.trim()] ?? parse(option, part)
  if (text.includes(':')) {
    const parts = text.split(':')
    const [first, last, step] = parts.map(one)
    if (parts.length !== 3 || first === undefined || last === undefined || step === undefined || step <= 0 || last < first) {
      return invalid(option, text, 'first:last:step with a positive step and last not below first')
    }
    const count = Math.floor((last - first) / step + 1e-9) + 1
    if (count > mostSweepPoints) return invalid(option, text, `at most ${mostSweepPoints} points, not ${count}`)
    return { kind: 'sweep', values: Array.from({ length: count }, (_, i) => Number((first + i * step).toFixed(rangeDecimals))) }
  }
  if (!text.includes(',')) return { kind: 'single', value: one(text) }
  return { kind: 'sweep', values: listItems(option, text).map(one) }
}

/** The same for names. */
export function parseNameSweep<T extends string>(option: string, text: string, choices: readonly T[]): ParsedSweep<T> {
  if (!text.includes(',')) return { kind: 'single', value: parseChoice(option, text, choices) }
  return { kind: 'sweep', values: listItems(option, text).map((part) => parseChoice(option, part.trim(), choices)) }
}

function listItems(option: string, text: string): string[] {
  const items = text.replace(/,\s*$/, '').split(',')
  if (items.length > mostSweepPoints) invalid(option, text, `at most ${mostSweepPoints} values`)
  if (new Set(items.map((item) => item.trim())).size !== items.length) invalid(option, text, 'values that all differ')
  return items
}

/** `m1,m2,m3/s1,s2,s3` or `m/s`: means and standard deviations per channel, or one for all. */
export function parseNormalize(option: string, text: string): { mean: number[]; std: number[] } {
  const halves = text.split('/')
  if (halves.length !== 2) return invalid(option, text, 'means/standard deviations, such as 0.5/0.25 or 0.49,0.48,0.45/0.25,0.24,0.26')
  const [mean = [], std = []] = halves.map((half) => half.split(',').map((part) => parseNumber(option, part)))
  if (std.some((value) => value <= 0)) return invalid(option, text, 'standard deviations above 0')
  if (mean.length !== std.length && mean.length !== 1 && std.length !== 1) return invalid(option, text, 'as many means as standard deviations')
  return { mean, std }
}
