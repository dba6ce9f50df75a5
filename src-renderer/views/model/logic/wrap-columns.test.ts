import { describe, expect, it } from 'vitest'
import ELK from 'elkjs/lib/elk.bundled.js'
import { analogNode, digitalNode, report } from './fixtures'
import { layerRows, matchesQuery } from './layer-rows'
import { networkGraph } from './network-graph'
import { pointsOf, segmentsOf, withoutCollinear } from './polyline-segments'
import { stripLayout } from './strip-layout'
import { chooseCuts, type Cuttable } from './column-cuts'
import { wrapIntoColumns, type GraphLayout } from './wrap-columns'

/** A residual network: `blocks` times (conv, relu, conv, add with the block's input, relu). */
function residual(blocks: number) {
  const nodes = [analogNode('stem', ['image'], ['x0'])]
  for (let k = 0; k < blocks; k++) {
    nodes.push(
      analogNode(`a${k}`, [`x${k}`], [`a${k}`]),
      digitalNode(`ra${k}`, 'Relu', [`a${k}`], [`ra${k}`]),
      analogNode(`b${k}`, [`ra${k}`], [`b${k}`]),
      digitalNode(`s${k}`, 'Add', [`b${k}`, `x${k}`], [`s${k}`]),
      digitalNode(`r${k}`, 'Relu', [`s${k}`], [`x${k + 1}`])
    )
  }
  nodes.push(digitalNode('soft', 'Softmax', [`x${blocks}`], ['scores']))
  return report(nodes)
}

const laidOut = async (blocks: number): Promise<GraphLayout> => await stripLayout(networkGraph(residual(blocks)), new ELK())

/** elk's coordinates are exact to well under a pixel; a pixel is the finest that anybody sees. */
const pixel = 1

describe('wrapIntoColumns', () => {
  it('brings a tall strip near the aspect, without overlap, with every edge on its nodes', async () => {
    const strip = await laidOut(20)
    const aspect = 1.5
    const wrapped = wrapIntoColumns(strip, { width: aspect * 400, height: 400 })
    expect(strip.width / strip.height).toBeLessThan(0.1)
    // Columns are few and whole, so the aspect is met only roughly: within a factor of two.
    expect(wrapped.width / wrapped.height).toBeGreaterThan(aspect / 2)
    expect(wrapped.width / wrapped.height).toBeLessThan(aspect * 2)
    expect(wrapped.nodes).toHaveLength(strip.nodes.length)
    for (const a of wrapped.nodes) {
      for (const b of wrapped.nodes) {
        if (a.id >= b.id) continue
        const apart = a.x + a.width <= b.x + pixel || b.x + b.width <= a.x + pixel || a.y + a.height <= b.y + pixel || b.y + b.height <= a.y + pixel
        expect(apart, `${a.id} and ${b.id}`).toBe(true)
      }
    }
    const box = new Map(wrapped.nodes.map((node) => [node.id, node]))
    for (const edge of wrapped.edges) {
      const source = box.get(edge.source)
      const target = box.get(edge.target)
      const first = edge.points[0]
      const last = edge.points[edge.points.length - 1]
      expect(first && source && Math.abs(first.y - (source.y + source.height)) <= pixel && first.x >= source.x - pixel && first.x <= source.x + source.width + pixel).toBe(true)
      expect(last && target && Math.abs(last.y - target.y) <= pixel && last.x >= target.x - pixel && last.x <= target.x + target.width + pixel).toBe(true)
    }
  })

  it('cuts where one wire crosses, not two', async () => {
    const wrapped = wrapIntoColumns(await laidOut(20), { width: 600, height: 400 })
    const crossing = new Set(wrapped.edges.filter((edge) => edge.wrapped).map((edge) => edge.source))
    expect(crossing.size).toBeGreaterThan(0)
    // Between blocks one value crosses: the sum, or the Relu behind it. Within a block the shortcut would cross as well.
    for (const source of crossing) expect(source).toMatch(/^op:[rs]\d+$/)
  })

  it('leaves a short network as it is', async () => {
    const strip = await laidOut(1)
    expect(wrapIntoColumns(strip, { width: 900, height: 900 })).toBe(strip)
  })
})

describe('chooseCuts', () => {
  const bands = [100, 200, 300, 400, 500]
  /** `widths` from the top to the bottom, left edges in line. */
  const where = (crossings: readonly number[], widths: readonly number[] = Array<number>(6).fill(50)): Cuttable =>
    ({ bands, crossings, extents: widths.map((right) => ({ left: 0, right })), width: Math.max(...widths), height: 600 })

  it('prefers equal heights, and moves for fewer crossings', () => {
    expect(chooseCuts(where([1, 1, 1, 1, 1]), 2)).toEqual([300])
    expect(chooseCuts(where([1, 1, 30, 30, 30]), 2)).toEqual([200])
  })
  it('puts what is wide into one column', () => {
    // The middle would leave two wide columns; above or below it there is one.
    expect([[200], [400]]).toContainEqual(chooseCuts(where([1, 1, 1, 1, 1], [50, 50, 500, 500, 50, 50]), 2))
  })
  it('does not cut without bands', () => expect(chooseCuts({ bands: [], crossings: [], extents: [{ left: 0, right: 50 }], width: 50, height: 600 }, 3)).toEqual([]))
})

describe('segments', () => {
  it('come back to the same points', () => {
    const bends = [{ x: 10, y: 40 }, { x: -30, y: 60 }]
    const [source, target] = [{ x: 3, y: 5 }, { x: 50, y: 170 }]
    const segments = segmentsOf(bends, source, target)
    expect(segments).not.toBeNull()
    pointsOf(segments!, source, target).forEach((point, k) => {
      expect(point.x).toBeCloseTo(bends[k]!.x, 9)
      expect(point.y).toBeCloseTo(bends[k]!.y, 9)
    })
  })
  it('are none for a straight edge', () => {
    expect(segmentsOf([], { x: 0, y: 0 }, { x: 0, y: 10 })).toBeNull()
    expect(withoutCollinear([{ x: 0, y: 0 }, { x: 0, y: 5 }, { x: 0, y: 9 }])).toHaveLength(2)
  })
})

describe('layer table', () => {
  const rows = layerRows(residual(2), [{
    node: 'a0', sharesArraysOf: null, rowTiles: 2, columnTiles: 1, groups: 1, tiles: 2, slices: 1, cellsPerValue: 1, arrays: 2, arrayRows: 60, arrayColumns: 16, occupiedCells: 1152, cells: 1920, utilisation: 0.6
  }])
  it('joins tiles by name', () => {
    expect(rows.find((row) => row.name === 'a0')).toMatchObject({ tiles: 2, utilisation: 0.6, matrix: '72×16' })
    expect(rows.find((row) => row.name === 'soft')).toMatchObject({ tiles: null, matrix: '' })
  })
  it('finds by name, operator and shape', () => {
    const names = (query: string) => rows.filter((row) => matchesQuery(row, query)).map((row) => row.name)
    expect(names('softm')).toEqual(['soft'])
    expect(names('CONV b1')).toEqual(['b1'])
    expect(names('72x16 a')).toContain('a0')
    expect(names('17x')).toEqual([])
  })
})
