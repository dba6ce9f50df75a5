/** Lays out one part of a network with elk. elk itself runs in a worker: see `composables/layout-worker.ts`. */
import type { ElkNode } from 'elkjs/lib/elk-api'
import { betweenRanks, type Part } from './series-parts'
import type { Point } from './wrap-columns'

/** Where the boxes of a part are, and the routes of its wires; the origin is the top centre of its first box. */
export interface PartLayout {
  /** Top left corners. */
  boxes: Point[]
  wires: Point[][]
}

/**
 * Layered, top to bottom. Thoroughness 1: the default takes several times as long at 500 nodes for the same drawing of
 * a mostly serial graph.
 */
const options: Record<string, string> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.separateConnectedComponents': 'false',
  'elk.layered.thoroughness': '1',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  'elk.layered.mergeEdges': 'true',
  'elk.layered.spacing.nodeNodeBetweenLayers': String(betweenRanks),
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '16',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]'
}
/** A part of more boxes than this takes elk over a second with the options above. */
const largePart = 350
const largeOptions: Record<string, string> = { ...options, 'elk.layered.nodePlacement.strategy': 'SIMPLE', 'elk.edgeRouting': 'POLYLINE' }

/** The ends of a part have a rank of their own, so that parts can be stacked. */
function constraint(index: number, count: number): { layoutOptions?: Record<string, string> } {
  if (index > 0 && index < count - 1) return {}
  return { layoutOptions: { 'elk.layered.layering.layerConstraint': index === 0 ? 'FIRST_SEPARATE' : 'LAST_SEPARATE' } }
}

export function partToElk({ boxes, wires }: Part): ElkNode {
  return {
    id: 'part',
    layoutOptions: boxes.length > largePart ? largeOptions : options,
    children: boxes.map(({ width, height }, k) => ({ id: String(k), width, height, ...constraint(k, boxes.length) })),
    edges: wires.map(({ source, target }, k) => ({ id: `w${k}`, sources: [String(source)], targets: [String(target)] }))
  }
}

/** Throws when elk left out a position or a route: a fault, not a matter of the network. */
export function partFromElk(part: Part, placed: ElkNode): PartLayout {
  const corners = new Map((placed.children ?? []).map((child) => [child.id, child]))
  const sections = new Map((placed.edges ?? []).map((edge) => [edge.id, edge.sections?.[0]]))
  const first = corners.get('0')
  const origin = { x: (first?.x ?? 0) + (first?.width ?? 0) / 2, y: first?.y ?? 0 }
  const shifted = ({ x, y }: Point): Point => ({ x: x - origin.x, y: y - origin.y })
  const boxes = part.boxes.map((_, k) => {
    const corner = corners.get(String(k))
    if (corner?.x === undefined || corner.y === undefined) throw new Error(`No position for box ${k}`)
    return shifted({ x: corner.x, y: corner.y })
  })
  const wires = part.wires.map((_, k) => {
    const section = sections.get(`w${k}`)
    if (!section) throw new Error(`No route for wire ${k}`)
    return [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(shifted)
  })
  return { boxes, wires }
}
