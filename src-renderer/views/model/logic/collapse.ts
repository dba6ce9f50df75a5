/**
 * The graph as it is drawn when some repeated blocks are closed. Closed blocks of one run that follow one another are one
 * node, `Block ×4`; open blocks are drawn whole.
 */
import { fittingText, nodeWidth, type GraphEdge, type GraphNode, type NetworkGraph } from './network-graph'
import type { RepeatedRun } from './repeated-blocks'

/** Identity of block `index` (from 0) of a run. */
export const blockId = (run: RepeatedRun, index: number): string => `${run.id}#${index}`

export interface BlockPlace {
  run: RepeatedRun
  /** From 0. */
  index: number
  id: string
}

/** Where each node that is in a block belongs. */
export function blockPlaces(runs: readonly RepeatedRun[]): Map<string, BlockPlace> {
  const places = new Map<string, BlockPlace>()
  for (const run of runs) {
    run.blocks.forEach((nodes, index) => {
      const place = { run, index, id: blockId(run, index) }
      for (const node of nodes) places.set(node, place)
    })
  }
  return places
}

/** A row of closed blocks that is drawn as one node. */
export interface ClosedBlocks {
  run: RepeatedRun
  /** Indices of the blocks, in order. */
  indices: number[]
}

export interface CollapsedGraph {
  graph: NetworkGraph
  /** The node that stands for each node of the whole graph: itself, or that of its closed block. */
  shownAs: Map<string, string>
  closed: Map<string, ClosedBlocks>
}

export interface Tally {
  analog: number
  digital: number
  unsupported: number
}

export function tallyOf(nodes: Iterable<GraphNode>): Tally {
  const tally: Tally = { analog: 0, digital: 0, unsupported: 0 }
  for (const node of nodes) if (node.placement !== null) tally[node.placement]++
  return tally
}

/** `12 analog · 18 digital`; what there is none of is left out. */
export const tallyText = (tally: Tally): string =>
  (['analog', 'digital', 'unsupported'] as const)
    .filter((placement) => tally[placement] > 0)
    .map((placement) => `${placement === 'unsupported' ? '⚠ ' : ''}${tally[placement]} ${placement}`)
    .join(' · ')

const blockHeight = 52

function closedNode(id: string, { run, indices }: ClosedBlocks, members: readonly GraphNode[]): GraphNode {
  const tally = tallyOf(members)
  const number = indices.length === 1 ? `${(indices[0] ?? 0) + 1} of ${run.blocks.length}` : `×${indices.length}`
  const short = `${fittingText(run.title).slice(0, 20)} ${number}`
  // The shape that comes out tells a run from the next one.
  const shape = members[members.length - 1]?.subtitle ?? ''
  const long = `${short} → ${shape}`
  const title = shape !== '' && long === fittingText(long) ? long : short
  const subtitle = fittingText(tallyText(tally))
  return {
    id, kind: 'block', placement: tally.unsupported > 0 ? 'unsupported' : tally.analog > 0 ? 'analog' : 'digital', title, subtitle,
    signature: `block ${run.id}`, width: nodeWidth(title, subtitle), height: blockHeight
  }
}

/** `openBlocks` are identities of blocks as of `blockId`; all others are closed. */
export function collapse(graph: NetworkGraph, runs: readonly RepeatedRun[], openBlocks: ReadonlySet<string>): CollapsedGraph {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const shownAs = new Map(graph.nodes.map((node) => [node.id, node.id]))
  const closed = new Map<string, ClosedBlocks>()
  for (const run of runs) {
    let current: { id: string; blocks: ClosedBlocks } | null = null
    run.blocks.forEach((nodes, index) => {
      const id = blockId(run, index)
      if (openBlocks.has(id)) {
        current = null
        return
      }
      current ??= { id: `block:${id}`, blocks: { run, indices: [] } }
      current.blocks.indices.push(index)
      closed.set(current.id, current.blocks)
      for (const node of nodes) shownAs.set(node, current.id)
    })
  }
  const nodes: GraphNode[] = []
  const drawn = new Set<string>()
  for (const node of graph.nodes) {
    const id = shownAs.get(node.id) ?? node.id
    if (drawn.has(id)) continue
    drawn.add(id)
    const blocks = closed.get(id)
    nodes.push(blocks ? closedNode(id, blocks, blocks.indices.flatMap((index) => blocks.run.blocks[index] ?? []).flatMap((member) => byId.get(member) ?? [])) : node)
  }
  const edges: GraphEdge[] = []
  const pairs = new Set<string>()
  for (const edge of graph.edges) {
    const source = shownAs.get(edge.source) ?? edge.source
    const target = shownAs.get(edge.target) ?? edge.target
    if (source === target) continue
    if (source !== edge.source || target !== edge.target) {
      // Several wires between a closed block and its neighbour are drawn as one.
      const pair = JSON.stringify([source, target])
      if (pairs.has(pair)) continue
      pairs.add(pair)
    }
    edges.push({ ...edge, source, target })
  }
  return { graph: { nodes, edges }, shownAs, closed }
}
