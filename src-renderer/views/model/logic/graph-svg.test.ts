import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analogNode, digitalNode, report } from './fixtures'
import { escapeXml, graphSvg } from './graph-svg'
import { networkGraph } from './network-graph'
import { simpleLayers } from './simple-layers'

const colors = { surface: '#fff', text: '#111', muted: '#444', border: '#777', analog: '#07b', analogSoft: '#def', digitalSoft: '#eee', unsupported: '#b40', unsupportedSoft: '#fed' }

describe('escapeXml', () => {
  it('leaves no markup and no character that XML 1.0 forbids, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const safe = escapeXml(text)
        expect(safe).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|apos);)/)
        // The Char production of XML 1.0, section 2.2.
        expect(safe).toMatch(/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u)
      })
    )
  })
})

describe('a graph as SVG, in the simple layout', () => {
  const hostile = '</title><script>alert(1)</script>\u0000'
  const nodes = [analogNode(hostile, ['image'], ['a']), digitalNode('r', 'Relu', ['a'], ['b']), digitalNode('s', 'Add', ['a', 'b'], ['scores']), digitalNode('alone', 'Constant', [], [])]
  const graph = networkGraph(report(nodes))
  const layout = simpleLayers(graph)

  it('holds every node and wire once, and nothing of a hostile name', () => {
    const { text } = graphSvg({ graph, layout, title: hostile, colors })
    expect(text.match(/<g><title>/g)).toHaveLength(graph.nodes.length)
    expect(text.match(/marker-end/g)).toHaveLength(graph.edges.length)
    expect(text).not.toContain('<script')
    expect(text).not.toContain('\u0000')
  })
  it('places inputs above their users, and no node on another', () => {
    const box = new Map(layout.nodes.map((node) => [node.id, node]))
    expect(layout.nodes).toHaveLength(graph.nodes.length)
    for (const edge of layout.edges) expect((box.get(edge.source)?.y ?? NaN) + (box.get(edge.source)?.height ?? NaN)).toBeLessThan(box.get(edge.target)?.y ?? NaN)
    for (const a of layout.nodes) for (const b of layout.nodes) if (a.id < b.id) expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true)
  })
})
