import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { NodeReport } from '@shared/network'
import { drawTiles } from './tile-drawing'
import { equalParts, layerTileMap, tileTotals } from './tile-map'

const conv = (inputs: number, columns: number, kernel: number, groups = 1): NodeReport => ({
  name: 'c', opType: 'Conv', domain: '', placement: 'analog', reason: '', parameters: 0, macs: 0, inputs: [], outputs: [], outputShape: ['N'], attributes: {},
  matrix: { rows: inputs * kernel * kernel, columns, groups, weightShape: [columns * groups, inputs, kernel, kernel], hasBias: true }
})

describe('layerTileMap', () => {
  it('cuts 128 channels of 3×3 over 256 rows into five tiles of whole kernels', () => {
    const rowTiles = 5
    const utilisation = (1152 * 128) / (rowTiles * 256 * 256)
    const map = layerTileMap(conv(128, 128, 3), { node: 'c', rowTiles, columnTiles: 1, groups: 1, tiles: 5, utilisation }, { rows: 256, columns: 256 })
    expect(map).toMatchObject({ exact: true, rows: [234, 234, 234, 234, 216], columns: [128], arrayRows: 256 })
  })
  it('cuts the kernel itself when it is larger than an array', () => {
    const map = layerTileMap(conv(2, 4, 5), { node: 'c', rowTiles: 4, columnTiles: 1, groups: 1, tiles: 4, utilisation: (50 * 4) / (4 * 16 * 16) }, { rows: 16, columns: 16 })
    expect(map).toMatchObject({ exact: true, rows: [13, 12, 13, 12] })
  })
  it('takes the layer’s own size for unlimited arrays', () => {
    const map = layerTileMap(conv(8, 16, 3), { node: 'c', rowTiles: 1, columnTiles: 1, groups: 1, tiles: 1, utilisation: 1 }, { rows: 0, columns: 0 })
    expect(map).toMatchObject({ exact: true, rows: [72], columns: [16], arrayRows: 72, arrayColumns: 16 })
  })
  it('shows the mean, and says so, where the shares do not add up', () => {
    const map = layerTileMap(conv(128, 128, 3), { node: 'c', rowTiles: 6, columnTiles: 1, groups: 1, tiles: 6, utilisation: 0.25 }, { rows: 256, columns: 256 })
    expect(map).toMatchObject({ exact: false, rows: [128, 128, 128, 128, 128, 128], columns: [128] })
  })
})

describe('drawTiles', () => {
  it('keeps every tile apart and inside the width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 60, max: 900 }), (rows, columns, groups, width) => {
        const map = {
          node: 'c', groups, rows: equalParts(rows * 100, rows), columns: equalParts(columns * 64, columns), arrayRows: 128, arrayColumns: 64,
          utilisation: 100 / 128, tiles: rows * columns * groups, exact: true
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

it('tileTotals weighs layers by their cells', () => {
  const map = (tiles: number, utilisation: number) => ({ node: '', groups: 1, rows: [1], columns: [1], arrayRows: 10, arrayColumns: 10, utilisation, tiles, exact: true })
  expect(tileTotals([map(1, 1), map(3, 0.5)])).toMatchObject({ tiles: 4, cells: 400, occupied: 250, utilisation: 0.625 })
})
