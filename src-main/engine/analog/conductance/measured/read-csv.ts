/**
 * Measurements as text: one row per point, `target, mean, deviation [, seconds]`, conductances in µS. Separated by commas,
 * semicolons or tabs; a decimal comma is understood where the comma does not separate. The first row may be a header.
 */
import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { TablePoint } from '@shared/devices'
import { fail } from '@shared/problems'

const columns = ['target', 'mean', 'deviation', 'time'] as const

/** More rows than any measurement has; protects against a wrong file. */
const largestRows = 20_000

/**
 * Points in the order of the file.
 * @param where Name of the file for problems.
 * @throws ProblemError DATA_CORRUPT naming the line, DATA_FORMAT_UNKNOWN for text that is no table.
 */
export function parseMeasurements(text: string, where: string): TablePoint[] {
  const delimiter = delimiterOf(text)
  const rows = splitRows(text, delimiter, where)
  const isHeader = rows[0] !== undefined && rows[0].cells.every((cell) => Number.isNaN(numberOf(cell, delimiter)))
  const data = isHeader ? rows.slice(1) : rows
  if (data.length === 0) {
    fail('DATA_FORMAT_UNKNOWN', where, 'No measured point was found.', 'Give one row per point: target, mean, deviation and, if you have it, time in seconds.')
  }
  if (data.length > largestRows) fail('FILE_TOO_LARGE', where, `Found ${data.length} rows; at most ${largestRows} points can be used.`)
  const width = data[0]?.cells.length ?? 0
  const lineOfPoint = new Map<string, number>()
  return data.map(({ cells, line }) => {
    const at = `${where}, line ${line}`
    if (cells.length < 3 || cells.length > 4) fail('DATA_CORRUPT', at, `Found ${cells.length} columns; expected target, mean, deviation and optionally time.`, 'Correct the line.')
    if (cells.length !== width) fail('DATA_CORRUPT', at, `Found ${cells.length} columns where the rows above have ${width}.`, 'Correct the line: give a time in every row or in none.')
    const numbers = cells.map((cell, column) => {
      const value = numberOf(cell, delimiter)
      if (!Number.isFinite(value)) fail('DATA_CORRUPT', at, `The ${columns[column] ?? 'value'} “${cell}” is not a number.`, 'Correct the line.')
      if (value < 0) fail('DATA_CORRUPT', at, `The ${columns[column] ?? 'value'} is ${value}; it cannot be negative.`, 'Correct the line.')
      return value
    })
    const [targetMicrosiemens = 0, meanMicrosiemens = 0, deviationMicrosiemens = 0, seconds = 0] = numbers
    const key = `${targetMicrosiemens} µS at ${seconds} s`
    const earlier = lineOfPoint.get(key)
    if (earlier !== undefined) fail('DATA_CORRUPT', at, `The point ${key} is already in line ${earlier}.`, 'Keep one of the two lines.')
    lineOfPoint.set(key, line)
    return { targetMicrosiemens, meanMicrosiemens, deviationMicrosiemens, seconds }
  })
}

/** A tab or semicolon separates wherever it occurs; otherwise the comma does. */
function delimiterOf(text: string): string {
  const first = text.split(/\r\n|\n|\r/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? ''
  return first.includes('\t') ? '\t' : first.includes(';') ? ';' : ','
}

interface Row {
  cells: string[]
  /** Line of the file, from 1. */
  line: number
}

/** What `info: true` makes of a record; the library's types do not tell. */
const recordsSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }))

function splitRows(text: string, delimiter: string, where: string): Row[] {
  try {
    const options = { bom: true, comment: '#', delimiter, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }
    return recordsSchema
      .parse(parse(text, options))
      .map(({ record, info }) => ({ cells: record, line: info.lines }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''))
  } catch (thrown) {
    if (thrown instanceof CsvError) fail('DATA_CORRUPT', where, thrown.message, 'Check the quotation marks of that line.')
    throw thrown
  }
}

const numberOf = (cell: string, delimiter: string): number => {
  const text = delimiter === ',' ? cell : cell.replace(',', '.')
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN
}
