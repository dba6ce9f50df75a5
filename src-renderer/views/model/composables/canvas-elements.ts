/** What cytoscape is given to draw a laid-out network, and a way to give it without holding up the interface. */
import type cytoscape from 'cytoscape'
import type { GraphNode } from '../logic/network-graph'
import { segmentsOf, withoutCollinear } from '../logic/polyline-segments'
import type { PlacedEdge, PlacedNode, Point } from '../logic/wrap-columns'
import type { LaidOutGraph } from './use-graph-layout'

const label = (node: GraphNode): string => `${node.placement === 'unsupported' ? '⚠ ' : ''}${node.title}\n${node.subtitle}`
export const centre = (node: PlacedNode): Point => ({ x: node.x + node.width / 2, y: node.y + node.height / 2 })

function edgeElement(edge: PlacedEdge, source: PlacedNode, target: PlacedNode): cytoscape.ElementDefinition {
  const points = withoutCollinear(edge.points)
  const first = points[0] ?? centre(source)
  const last = points[points.length - 1] ?? centre(target)
  const from = centre(source)
  const to = centre(target)
  const segments = segmentsOf(points.slice(1, -1), from, to)
  return {
    group: 'edges',
    data: {
      id: edge.id, source: edge.source, target: edge.target, wrapped: edge.wrapped, bent: segments !== null,
      weights: segments?.weights ?? [], distances: segments?.distances ?? [],
      from: `${first.x - from.x}px ${first.y - from.y}px`, to: `${last.x - to.x}px ${last.y - to.y}px`
    }
  }
}

export function elementsOf({ graph, layout }: LaidOutGraph): cytoscape.ElementDefinition[] {
  const placed = new Map(layout.nodes.map((node) => [node.id, node]))
  const elements: cytoscape.ElementDefinition[] = []
  for (const node of graph.nodes) {
    const box = placed.get(node.id)
    if (!box) continue
    elements.push({
      group: 'nodes',
      data: { id: node.id, kind: node.kind, placement: node.placement ?? 'none', label: label(node), width: node.width, height: node.height },
      position: centre(box)
    })
  }
  for (const edge of layout.edges) {
    const source = placed.get(edge.source)
    const target = placed.get(edge.target)
    if (source && target) elements.push(edgeElement(edge, source, target))
  }
  return elements
}

/** Time that adding takes of one frame; drawing what was added takes about as much again. */
const frameMilliseconds = 10
const added = 12

/** Adds elements over as many frames as it takes, the first ones at once; the returned function stops it. */
export function addInSlices(cy: cytoscape.Core, elements: readonly cytoscape.ElementDefinition[], done: () => void): () => void {
  let at = 0
  let frame = 0
  const slice = (): void => {
    const end = performance.now() + frameMilliseconds
    while (at < elements.length && performance.now() < end) {
      cy.add(elements.slice(at, at + added))
      at += added
    }
    if (at < elements.length) frame = requestAnimationFrame(slice)
    else done()
  }
  slice()
  return () => cancelAnimationFrame(frame)
}
