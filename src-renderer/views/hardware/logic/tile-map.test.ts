import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { NodeReport, TileCount } from '@shared/network'
import { drawTiles } from './tile-drawing'
import { equalParts, layerTileMap, stackWords, tilesWords, tileTotals } from './tile-map'

const conv = (inputs: number, columns: number, kernel: number, groups = 1): NodeReport => ({
  name: 'c', opType: 'Conv', domain: '', placement: 'analog', reason: '', parameters: 0, macs: 0, inputs: [], outputs: [], outputShape: ['N'], attributes: {},
  matrix: { rows: inputs * kernel * kernel, columns, groups, weightShape: [columns * groups, inputs, kernel, kernel], hasBias: true, sharesArraysOf: null }
})

/** One group, one slice, one cell for a value, unless said otherwise. */
function count(rowTiles: number, columnTiles: number, array: [rows: number, columns: number], utilisation: number, more: Partial<TileCount> = {}): TileCount {
  const tiles = rowTiles * columnTiles
  const { slices = 1, cellsPerValue = 1 } = more
  const arrays = tiles * slices * cellsPerValue
  const cells = arrays * array[0] * array[1]
  return { node: 'c', sharesArraysOf: null, rowTiles, columnTiles, groups: 1, tiles, slices, cellsPerValue, arrays, arrayRows: array[0], arrayColumns: array[1], occupiedCells: cells * utilisation, cells, utilisation, ...more }
}

describe('layerTileMap', () => {
  it('cuts 128 channels of 3×3 over 256 rows into five tiles of whole kernels', () => {
    const rowTiles = 5
    const utilisation = (1152 * 128) / (rowTiles * 256 * 256)
    const map = layerTileMap(conv(128, 128, 3), count(rowTiles, 1, [256, 256], utilisation))
    expect(map).toMatchObject({ exact: true, rows: [234, 234, 234, 234, 216], columns: [128], arrayRows: 256 })
  })
  it('cuts the kernel itself when it is larger than an array', () => {
    const map = layerTileMap(conv(2, 4, 5), count(4, 1, [16, 16], (50 * 4) / (4 * 16 * 16)))
    expect(map).toMatchObject({ exact: true, rows: [13, 12, 13, 12] })
  })
  it('takes the layer’s own size for unlimited arrays', () => {
    const map = layerTileMap(conv(8, 16, 3), count(1, 1, [72, 16], 1))
    expect(map).toMatchObject({ exact: true, rows: [72], columns: [16], arrayRows: 72, arrayColumns: 16 })
  })
  it('repeats tiles for slices and pairs', () => {
    const map = layerTileMap(conv(8, 16, 3), count(1, 1, [72, 16], 1, { slices: 4, cellsPerValue: 2 }))
    expect(map).toMatchObject({ tiles: 1, arraysPerTile: 8, arrays: 8, stack: '4 slices × pairs' })
    expect(stackWords({ slices: 1, cellsPerValue: 1 })).toBe('')
    expect(tilesWords({ rowTiles: 5, columnTiles: 2, groups: 1 })).toBe('5×2')
    expect(tilesWords({ rowTiles: 1, columnTiles: 1, groups: 16 })).toBe('16·(1×1)')
  })
  it('shows the mean, and says so, where the shares do not add up', () => {
    const map = layerTileMap(conv(128, 128, 3), count(6, 1, [256, 256], 0.25))
    expect(map).toMatchObject({ exact: false, rows: [128, 128, 128, 128, 128, 128], columns: [128] })
  })
})

describe('drawTiles', () => {
  it('keeps every tile apart and inside the width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 60, max: 900 }), fc.integer({ min: 1, max: 16 }), (rows, columns, groups, width, arraysPerTile) => {
        const map = {
          node: 'c', groups, rows: equalParts(rows * 100, rows), columns: equalParts(columns * 64, columns), arrayRows: 128, arrayColumns: 64,
          utilisation: 100 / 128, tiles: rows * columns * groups, arraysPerTile, arrays: rows * columns * groups * arraysPerTile, stack: '', exact: true
        }
        const { rectangles, hidden, width: drawn } = drawTiles(map, width)
        expect(rectangles.length + hidden).toBe(map.tiles)
        expect(drawn).toBeLessThanOrEqual(width + 1e-9)
        const places = new Set(rectangles.map((r) => `${r.x.toFixed(3)},${r.y.toFixed(3)}`))
        expect(places.size).toBe(rectangles.length)
      }),
      { numRuns: 40 }
    )
  })
})

it('tileTotals counts cells of arrays of any size', () => {
  expect(tileTotals([count(1, 1, [10, 10], 1), count(3, 1, [10, 10], 0.5)])).toEqual({ arrays: 4, cells: 400, occupied: 250, occupancy: 0.625 })
  expect(tileTotals([count(1, 1, [10, 10], 1), count(1, 1, [20, 20], 0.25)])).toMatchObject({ cells: 500, occupied: 200, occupancy: 0.4 })
  expect(tileTotals([])).toMatchObject({ arrays: 0, occupancy: 0 })
})
