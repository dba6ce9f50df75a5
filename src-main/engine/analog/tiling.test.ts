import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowTileOf, tileGrid, tilesOf, utilisation } from './tiling'
import type { WeightLayout } from './weight-layout'

const layout = (groups: number, channels: number, kernel: number, columns: number): WeightLayout => ({
  groups, rows: channels * kernel, columns, rowsPerChannel: kernel, order: 'by-column'
})

describe('tileGrid', () => {
  it('takes whole kernels: 64 channels of 3×3 in 256 rows are 3 tiles of 22 channels', () => {
    const grid = tileGrid(layout(1, 64, 9, 128), { rows: 256, columns: 128 })
    expect(grid).toMatchObject({ channelsPerTile: 22, channelTiles: 3, kernelParts: 1, rowTiles: 3, columnTiles: 1 })
  })
  it('cuts a kernel only when it is larger than an array', () => {
    const grid = tileGrid(layout(1, 3, 49, 64), { rows: 32, columns: 32 })
    expect(grid).toMatchObject({ channelsPerTile: 1, channelTiles: 3, kernelParts: 2, kernelElementsPerTile: 25, rowTiles: 6, columnTiles: 2 })
  })
  it('is one tile where arrays are unlimited', () => {
    expect(tilesOf(layout(4, 8, 9, 8), tileGrid(layout(4, 8, 9, 8), { rows: 0, columns: 0 }))).toBe(4)
  })

  it('fits every row into exactly one tile of at most the limit (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 4, 9, 25), fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 80 }), (channels, kernel, columns, rowLimit, columnLimit) => {
        const shape = layout(1, channels, kernel, columns)
        const array = { rows: rowLimit, columns: columnLimit }
        const grid = tileGrid(shape, array)
        const rowsOfTile = new Array<number>(grid.rowTiles).fill(0)
        for (let row = 0; row < shape.rows; row++) rowsOfTile[rowTileOf(shape, grid, row)]!++
        expect(Math.max(...rowsOfTile)).toBeLessThanOrEqual(rowLimit)
        expect(Math.min(...rowsOfTile)).toBeGreaterThan(0)
        expect(grid.columnsPerTile).toBeLessThanOrEqual(columnLimit)
        expect(utilisation(shape, grid, array)).toBeLessThanOrEqual(1)
      }),
      { seed: 1, numRuns: 300 }
    )
  })
})
