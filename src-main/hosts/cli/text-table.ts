/** Tables of text for a terminal: numbers to the right, texts to the left, two spaces between columns. */
import { formatCell, isNumeric, type Table } from '@shared/charts'

/** Columns that a text occupies: combining marks none. */
const width = (text: string): number => [...text.replace(/\p{M}/gu, '')].length

/** Control characters from names in files must not reach the terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')

export function textTable({ columns, rows }: Table): string {
  const cells = rows.map((row) => columns.map((column, index) => printable(formatCell(row[index] ?? null, column)).replace(/[\u00a0\u202f]/g, ' ')))
  const widths = columns.map((column, index) => Math.max(width(column.label), ...cells.map((row) => width(row[index] ?? ''))))
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(text)))
        const column = columns[index]
        return column !== undefined && isNumeric(column) ? padding + text : text + padding
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map((c) => c.label)), line(widths.map((each) => '─'.repeat(each))), ...cells.map(line)].join('\n')
}
