/**
 * Measurements as text: one row per point, `target, mean, deviation [, seconds]`, conductances in µS. Separated by commas,
 * semicolons or tabs; a decimal comma is understood where the comma does not separate. The first row may be a header: where it
 * names the columns they may stand in any order.
 */
import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import { tablePointSchema, type TablePoint } from '@shared/devices'
import { fail, problem, ProblemError, type Problem } from '@shared/problems'

const columns = ['target', 'mean', 'deviation', 'time'] as const
type ColumnName = (typeof columns)[number]
const fields = { target: 'targetMicrosiemens', mean: 'meanMicrosiemens', deviation: 'deviationMicrosiemens', time: 'seconds' } as const satisfies Record<ColumnName, keyof TablePoint>

/** More rows than any measurement has; protects against a wrong file. */
const largestRows = 20_000

/** Points in the order of the file, and a problem for each row that holds none. */
export interface ReadMeasurements {
  points: TablePoint[]
  malformed: Problem[]
}

/**
 * Reads what can be read: each row that cannot is a DATA_CORRUPT problem that names its line.
 * @param where Name of the file for problems.
 * @throws ProblemError DATA_FORMAT_UNKNOWN for text that is no table, FILE_TOO_LARGE.
 */
export function readMeasurements(text: string, where: string): ReadMeasurements {
  const delimiter = delimiterOf(text)
  const rows = splitRows(text, delimiter, where)
  const isHeader = rows[0] !== undefined && rows[0].cells.every((cell) => Number.isNaN(numberOf(cell, delimiter)))
  const order = isHeader ? headerOrder(rows[0]?.cells ?? [], where) : columns
  const data = isHeader ? rows.slice(1) : rows
  if (data.length === 0) {
    fail('DATA_FORMAT_UNKNOWN', where, 'No measured point was found.', 'Give one row per point: target, mean, deviation and, if you have it, time in seconds.')
  }
  if (data.length > largestRows) fail('FILE_TOO_LARGE', where, `Found ${data.length} rows; at most ${largestRows} points can be used.`)
  const read: ReadMeasurements = { points: [], malformed: [] }
  const lineOfPoint = new Map<string, number>()
  let width: number | null = null
  for (const { cells, line } of data) {
    const at = `${where}, line ${line}`
    const point = pointOf(cells, delimiter, order, width)
    if (typeof point === 'string') {
      read.malformed.push(problem('DATA_CORRUPT', at, point, { tip: 'Correct the line.' }))
      continue
    }
    width ??= cells.length
    const key = `${point.targetMicrosiemens} µS at ${point.seconds} s`
    const earlier = lineOfPoint.get(key)
    if (earlier !== undefined) {
      read.malformed.push(problem('DATA_CORRUPT', at, `The point ${key} is already in line ${earlier}.`, { tip: 'Keep one of the two lines.' }))
      continue
    }
    lineOfPoint.set(key, line)
    read.points.push(point)
  }
  return read
}

/**
 * Points in the order of the file.
 * @throws ProblemError as {@link readMeasurements}, and the first malformed row.
 */
export function parseMeasurements(text: string, where: string): TablePoint[] {
  const { points, malformed } = readMeasurements(text, where)
  if (malformed[0] !== undefined) throw new ProblemError(malformed[0])
  return points
}

/** How people call the columns; a title that none or several of them fit says nothing. */
const titles: Record<ColumnName, RegExp> = { target: /target|goal|set.?point/i, mean: /mean|average|µ_|mu_/i, deviation: /dev|std|sigma|σ|spread/i, time: /time|second|delay/i }
const units: Record<'conductance' | 'time', RegExp> = { conductance: /^([µμu]s|micro-?siemens)$/i, time: /^s(ec(onds?)?)?$/i }

/**
 * Which column is which: as the header names them, or in the usual order where it does not.
 * @throws ProblemError DATA_FORMAT_UNKNOWN for a header that names some columns in another order, and for a unit in brackets
 *   that is not the one expected.
 */
function headerOrder(cells: readonly string[], where: string): readonly ColumnName[] {
  const named = cells.map((cell) => columns.filter((column) => titles[column].test(cell)))
  const order = named.map((found) => found[0] ?? 'target')
  const isNamed = named.every((found) => found.length === 1) && new Set(order).size === cells.length && (['target', 'mean', 'deviation'] as const).every((column) => order.includes(column))
  const used = isNamed ? order : columns
  cells.forEach((cell, index) => {
    if (named[index]?.length === 1 && order[index] !== used[index]) {
      fail('DATA_FORMAT_UNKNOWN', where, `The column “${cell.slice(0, 60)}” stands where the ${used[index] ?? 'end of the row'} was expected, and the header does not name all columns.`, 'Call the columns target, mean, deviation and time.')
    }
    const unit = /[([]\s*([^)\]]*?)\s*[)\]]/.exec(cell)?.[1]
    const wanted = used[index] === 'time' ? 'time' : 'conductance'
    if (unit !== undefined && unit !== '' && !units[wanted].test(unit)) {
      fail('DATA_FORMAT_UNKNOWN', where, `The column “${cell.slice(0, 60)}” is in ${unit.slice(0, 20)}; expected ${wanted === 'time' ? 'seconds' : 'µS'}.`, 'Convert the column, and its title.')
    }
  })
  return used
}

/** The point of one row, or what is wrong with it. `width` is the number of columns of the rows above, null for the first. */
function pointOf(cells: readonly string[], delimiter: string, order: readonly ColumnName[], width: number | null): TablePoint | string {
  if (cells.length < 3 || cells.length > 4) return `Found ${cells.length} columns; expected target, mean, deviation and optionally time.`
  if (width !== null && cells.length !== width) return `Found ${cells.length} columns where the rows above have ${width}: give a time in every row or in none.`
  const point: TablePoint = { targetMicrosiemens: 0, meanMicrosiemens: 0, deviationMicrosiemens: 0, seconds: 0 }
  for (const [index, cell] of cells.entries()) {
    const column = order[index]
    if (column === undefined) return `Found ${cells.length} columns; the header names ${order.length}.`
    const value = numberOf(cell, delimiter)
    if (!Number.isFinite(value)) return `The ${column} “${cell.slice(0, 60)}” is not a number.`
    if (value < 0) return `The ${column} is ${value}; it cannot be negative.`
    if (!tablePointSchema.shape[fields[column]].safeParse(value).success) return `The ${column} is ${value}; at most ${column === 'time' ? '1e10 s' : '1e6 µS'} can be used.`
    point[fields[column]] = value
  }
  return point
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
