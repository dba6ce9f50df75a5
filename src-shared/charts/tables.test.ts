import { describe, expect, it } from 'vitest'
import { accuracyTable, classAccuracyTable, confusionTable, distributionTable, formatCell, toCsv, trainingTable, trialsTable } from './index'
import { metricsOf, pointAt, statisticsAround } from './fixtures'

describe('tables', () => {
  it('every row has as many cells as there are columns', () => {
    const points = [pointAt(0.1, 0.8), pointAt(0.2, 0.6)]
    const trial = { point: 1, chipInstance: 3, top1: 0.6, top5: 0.9, loss: 1, confusion: [[1]], seconds: 0.5 }
    const tables = [
      accuracyTable([{ name: 'a', points, digitalTop1: 0.9 }], 'sigma'),
      accuracyTable([{ name: 'a', points, digitalTop1: 0.9 }, { name: 'b', points, digitalTop1: null }], 'sigma', 'top5'),
      distributionTable([{ name: 'g', statistics: statisticsAround(0.8, 0.1, 5) }]),
      confusionTable([[8, 2], [0, 0]], ['cat', 'dog']),
      classAccuracyTable([{ name: 'digital', confusion: [[8, 2], [0, 0]] }], ['cat', 'dog']),
      trainingTable(metricsOf(3)),
      trialsTable([trial], points, 'sigma')
    ]
    for (const { columns, rows } of tables) {
      expect(rows.length).toBeGreaterThan(0)
      expect(new Set(columns.map((c) => c.key)).size).toBe(columns.length)
      for (const row of rows) expect(row).toHaveLength(columns.length)
    }
    expect(tables[6]?.rows[0]).toEqual([1, 0.2, 0.2, 0, 3, 0.6, 0.9, 1, 0.5])
  })

  it('keeps fractions in CSV and writes percent for people', () => {
    const table = accuracyTable([{ name: 'a', points: [pointAt(0.1, 0.8125)], digitalTop1: 0.9 }], 'sigma')
    expect(toCsv(table)).toContain('\r\n0.1,0,10,0.8125,')
    const mean = table.columns.findIndex((c) => c.key === 'mean')
    expect(formatCell(table.rows[0]?.[mean] ?? null, table.columns[mean]!)).toBe('81.25\u00a0%')
  })

  it('leaves out σ and μ for devices without them, and keeps seconds in CSV', () => {
    const points = [0, 86_400].map((time) => ({ ...pointAt(time, 0.8), sigma: null, mu: null }))
    const table = accuracyTable([{ name: 'a', points, digitalTop1: 0.9 }], 'time')
    expect(table.columns.slice(0, 2).map((c) => c.key)).toEqual(['time', 'chipInstances'])
    expect(table.rows.map((row) => formatCell(row[0] ?? null, table.columns[0]!))).toEqual(['0 seconds', '1 day'])
    expect(toCsv(table)).toContain('\r\n86400,10,0.8,')
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length)
  })

  it('quotes what CSV needs quoted and disarms formulas', () => {
    const csv = toCsv({ columns: [{ key: 'name', label: 'Name', kind: 'text' }], rows: [['a,"b"'], ['=HYPERLINK("x")'], [null], [-1]] })
    expect(csv).toBe('name\r\n"a,""b"""\r\n"\'=HYPERLINK(""x"")"\r\n\r\n-1\r\n')
  })
})
