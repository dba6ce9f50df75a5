/** From a network's graph to what elk lays out, and back. elk itself runs in a worker: see `composables/useGraphLayout.ts`. */
import type { ElkNode } from 'elkjs/lib/elk-api'
import type { NetworkGraph } from './network-graph'
import type { GraphLayout, PlacedEdge, PlacedNode } from './wrap-columns'

/**
 * Layered, top to bottom. Thoroughness 1: the default takes several times as long at 500 nodes for the same drawing of
 * a mostly serial graph.
 */
const options: Record<string, string> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.thoroughness': '1',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  'elk.layered.mergeEdges': 'true',
  'elk.layered.spacing.nodeNodeBetweenLayers': '20',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '16',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]'
}

export function toElk(graph: NetworkGraph): ElkNode {
  return {
    id: 'root',
    layoutOptions: options,
    children: graph.nodes.map((node) => ({ id: node.id, width: node.width, height: node.height })),
    edges: graph.edges.map((edge) => ({ id: edge.id, sources: [edge.source], targets: [edge.target] }))
  }
}

/** Throws when elk left out a position or a route: a fault, not a matter of the network. */
export function fromElk(graph: NetworkGraph, placed: ElkNode): GraphLayout {
  const boxes = new Map((placed.children ?? []).map((child) => [child.id, child]))
  const routes = new Map((placed.edges ?? []).map((edge) => [edge.id, edge.sections?.[0]]))
  const nodes = graph.nodes.map((node): PlacedNode => {
    const box = boxes.get(node.id)
    if (box?.x === undefined || box.y === undefined) throw new Error(`No position for ${node.id}`)
    return { id: node.id, x: box.x, y: box.y, width: node.width, height: node.height }
  })
  const edges = graph.edges.map((edge): PlacedEdge => {
    const section = routes.get(edge.id)
    if (!section) throw new Error(`No route for ${edge.id}`)
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(({ x, y }) => ({ x, y }))
    return { id: edge.id, source: edge.source, target: edge.target, points, wrapped: false }
  })
  return { nodes, edges, width: placed.width ?? 0, height: placed.height ?? 0 }
}
