import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hardwareSchema, type HardwareInput } from '@shared/hardware'
import { importNetwork } from '../onnx/import'
import { layerTiles, networkTiles } from './network-tiles'
import type { WeightLayout } from './weight-layout'

/** 128 channels of 3×3 onto 128 outputs. */
const layout: WeightLayout = { groups: 1, rows: 1152, columns: 128, rowsPerChannel: 9, order: 'by-column' }
const tiles = (hardware: HardwareInput) => layerTiles('c', layout, hardwareSchema.parse(hardware))
const array = { rows: 256, columns: 256 }

describe('arrays of a layer', () => {
  it('are its tiles for the weight-referred device, which has no cells', () => {
    expect(tiles({ array })).toMatchObject({ rowTiles: 5, columnTiles: 1, tiles: 5, slices: 1, cellsPerValue: 1, arrays: 5, occupiedCells: 1152 * 128, cells: 5 * 256 * 256 })
  })
  it('are twice as many for differential pairs, as many for offset cells', () => {
    expect(tiles({ array, device: { kind: 'hermes' } })).toMatchObject({ tiles: 5, cellsPerValue: 2, arrays: 10 })
    expect(tiles({ array, device: { kind: 'hermes' }, cell: { kind: 'offset' } })).toMatchObject({ tiles: 5, cellsPerValue: 1, arrays: 5 })
  })
  it('are multiplied by the slices that are in force', () => {
    const sliced: HardwareInput = { array, device: { kind: 'reram-wan' }, slices: { weightBits: 9, bitsPerCell: 2 } }
    expect(tiles(sliced)).toMatchObject({ slices: 4, arrays: 5 * 4 * 2 })
    expect(tiles({ ...sliced, effects: { weightQuantization: false } })).toMatchObject({ slices: 1, arrays: 10 })
  })
  it('have an occupancy that is the share of their cells', () => {
    const found = tiles({ array, device: { kind: 'reram-wan' }, slices: { weightBits: 9, bitsPerCell: 2 } })
    expect(found.occupiedCells / found.cells).toBeCloseTo(found.utilisation, 12)
    expect(tiles({})).toMatchObject({ tiles: 1, arrayRows: 1152, arrayColumns: 128, utilisation: 1 })
  })
})

it('follows the sections of each layer; digital layers have no arrays', async () => {
  const network = await importNetwork(join(import.meta.dirname, '../../../resources/sample/glyphs.onnx'))
  const all = networkTiles(network, hardwareSchema.parse({ array: { rows: 64, columns: 64 } }))
  const [first, second] = all.map(({ node }) => node)
  const last = all.at(-1)?.node
  expect(all.length).toBeGreaterThan(3)
  const found = networkTiles(network, hardwareSchema.parse({
    array: { rows: 64, columns: 64 }, digitalLayers: { last: true },
    layers: { [first ?? '']: { digital: true }, [second ?? '']: { array: { rows: 16, columns: 64 } } }
  }))
  expect(found.map(({ node }) => node)).toEqual(all.slice(1, -1).map(({ node }) => node))
  expect(found.map(({ node }) => node)).not.toContain(last)
  expect(found[0]).toMatchObject({ arrayRows: 16 })
  expect(found[0]?.tiles).toBeGreaterThan(all[1]?.tiles ?? Infinity)
  expect(found[1]).toEqual(all[2])
})
