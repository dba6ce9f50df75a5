import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import ELK from 'elkjs/lib/elk.bundled.js'
import { nodeWidth, type GraphNode, type NetworkGraph } from './network-graph'
import { seriesParts } from './series-parts'
import { stripLayout, type LayoutEngine } from './strip-layout'

const elk = new ELK()
/** elk's coordinates are exact to well under a pixel; a pixel is the finest that anybody sees. */
const pixel = 1

function graphOf(count: number, pairs: readonly (readonly [number, number])[]): NetworkGraph {
  const nodes = Array.from({ length: count }, (_, k): GraphNode => ({ id: `n${k}`, kind: 'operator', placement: 'digital', title: '', subtitle: '', signature: '', width: nodeWidth('x'.repeat(5 + ((k * 7) % 20)), ''), height: k % 3 === 0 ? 46 : 40 }))
  return { nodes, edges: pairs.map(([source, target], k) => ({ id: `e${k}`, source: `n${source}`, target: `n${target}`, value: `v${source}` })) }
}
/** A chain in which every fourth node is added again three further on. */
const residual = (blocks: number): NetworkGraph =>
  graphOf(blocks * 4 + 1, Array.from({ length: blocks }, (_, b) => b * 4).flatMap((s): [number, number][] => [[s, s + 1], [s + 1, s + 2], [s + 2, s + 3], [s, s + 3], [s + 3, s + 4]]))

/** Random graphs without cycles, dead ends and late sources included. */
const graphs = fc.integer({ min: 1, max: 24 }).chain((count) =>
  fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 40 }).map((pairs) =>
    graphOf(count, pairs.flatMap(([a, b]): [number, number][] => (a === b ? [] : [[Math.min(a, b), Math.max(a, b)]]))))
)

describe('series parts', () => {
  it('a chain is cut at every node, a residual block is one part', () => {
    expect(seriesParts(graphOf(4, [[0, 1], [1, 2], [2, 3]])).map((part) => part.boxes.length)).toEqual([2, 2, 2])
    const parts = seriesParts(residual(2))
    // Block, the edge behind it, twice; the two nodes in the block's branch are one box.
    expect(parts.map((part) => part.boxes.map((box) => box.nodes.length))).toEqual([[1, 2, 1], [1, 1], [1, 2, 1], [1, 1]])
  })
  it('hold every edge once and every node, over random graphs', () => {
    fc.assert(fc.property(graphs, (graph) => {
      const parts = seriesParts(graph)
      const edges = parts.flatMap((part) => [...part.inner, ...part.wires.map((wire) => wire.edge)])
      expect(edges.map((edge) => edge.id).sort()).toEqual(graph.edges.map((edge) => edge.id).sort())
      expect(new Set(parts.flatMap((part) => part.boxes.flatMap((box) => box.nodes.map((node) => node.id))))).toEqual(new Set(graph.nodes.map((node) => node.id)))
    }))
  })
})

describe('strip layout', () => {
  it('asks elk once for equal parts, and not at all for a chain', async () => {
    let asked = 0
    const counting: LayoutEngine = {
      layout: (graph) => {
        asked++
        return elk.layout(graph)
      }
    }
    const graph = residual(40)
    // Labels of equal length: blocks that differ in nothing.
    const equal = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, width: 120, height: 40 })) }
    await stripLayout(equal, counting)
    expect(asked).toBe(1)
    await stripLayout(graphOf(30, Array.from({ length: 29 }, (_, k): [number, number] => [k, k + 1])), counting)
    expect(asked).toBe(1)
  })

  it('nodes do not overlap, edges begin below their source and end on their target, over random graphs', async () => {
    await fc.assert(fc.asyncProperty(graphs, async (graph) => {
      const layout = await stripLayout(graph, elk)
      expect(layout.nodes).toHaveLength(graph.nodes.length)
      expect(layout.edges).toHaveLength(graph.edges.length)
      const boxes = new Map(layout.nodes.map((node) => [node.id, node]))
      layout.nodes.forEach((a, k) => {
        expect(a.x >= -pixel && a.y >= -pixel && a.x + a.width <= layout.width + pixel && a.y + a.height <= layout.height + pixel).toBe(true)
        for (const b of layout.nodes.slice(k + 1)) {
          const apart = a.x + a.width <= b.x + pixel || b.x + b.width <= a.x + pixel || a.y + a.height <= b.y + pixel || b.y + b.height <= a.y + pixel
          expect(apart, `${a.id} and ${b.id}`).toBe(true)
        }
      })
      for (const edge of layout.edges) {
        const [source, target] = [boxes.get(edge.source), boxes.get(edge.target)]
        const [first, last] = [edge.points[0], edge.points[edge.points.length - 1]]
        expect(first && source && Math.abs(first.y - source.y - source.height) <= pixel && first.x >= source.x - pixel && first.x <= source.x + source.width + pixel, `start of ${edge.id}`).toBe(true)
        expect(last && target && Math.abs(last.y - target.y) <= pixel && last.x >= target.x - pixel && last.x <= target.x + target.width + pixel, `end of ${edge.id}`).toBe(true)
        // Downwards only: no edge of a network leads back.
        edge.points.forEach((point, k) => expect(k === 0 || point.y >= (edge.points[k - 1]?.y ?? 0) - pixel).toBe(true))
      }
    }), { numRuns: 40 })
  })

  it('stays upright over many blocks', async () => {
    const [one, many] = await Promise.all([stripLayout(residual(1), elk), stripLayout(residual(60), elk)])
    // The widest label of the longer network is at most twice as wide.
    expect(many.width).toBeLessThan(2 * one.width + 100)
  })
})
