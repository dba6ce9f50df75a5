/**
 * Finds the parts of a network that are repeated one after the other: residual blocks, transformer layers, the layers of
 * a dense block. Works on the structure; the names of operators only decide between equal ways to cut, and give titles.
 *
 * In drawing order a value *crosses* the boundary between two neighbours when it is made before and used after. Where a
 * single value crosses, the network can be cut like a chain; between such cuts lie *units*. Equal units, or equal short
 * lists of units, in a row are a run of blocks; the shortest list first, so that a block is not two blocks. Within a
 * large unit (long shortcuts, dense connections) the same is done node by node, with few crossing values preferred.
 *
 * Blocks are equal when their operators have equal signatures in the same order and the edges within them are the same.
 */
import { drawingOrder } from './drawing-order'
import { operatorOfNodeId, type NetworkGraph } from './network-graph'
import { commonScope, numberedScope } from './name-scopes'

export interface RepeatedRun {
  /** Unique within the network. */
  id: string
  /** `layer1` from the names of its operators, or `Block`. */
  title: string
  /** Ids of the nodes of each block, in drawing order: equal blocks that follow one another. At least two. */
  blocks: string[][]
}

/** A run must save at least so many nodes when it is collapsed. */
const leastSaved = 3
/** Blocks of a single node are worth collapsing only from so many on. */
const leastSingles = 4
/** A list of this many units at most is looked for; a block of more parts than this is beyond anything published. */
const longestUnitPeriod = 16
/** Nodes of a block within a large unit. */
const longestNodePeriod = 400
/** Units from this size on are looked into node by node. */
const largeUnit = 12
/** A value with this many uses that spans half of the network, such as an attention mask, does not count as crossing. */
const broadcastUses = 6

/** The network in drawing order, by position. */
interface Ordered {
  ids: string[]
  signatures: string[]
  scopes: string[]
  /** Positions of the sources of each node's edges. */
  sources: number[][]
  /** Number of values that cross the boundary before each position. */
  crossing: Int32Array
  /** A single value crosses before this position, and it is used more than once: where a shortcut begins. */
  branches: Uint8Array
}

function inOrder(graph: NetworkGraph): Ordered {
  const ids = drawingOrder(graph)
  const position = new Map(ids.map((id, index) => [id, index]))
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const sources: number[][] = ids.map(() => [])
  const uses = new Int32Array(ids.length)
  const lastUse = new Int32Array(ids.length)
  for (const edge of graph.edges) {
    const from = position.get(edge.source)
    const to = position.get(edge.target)
    if (from === undefined || to === undefined || from >= to) continue
    sources[to]?.push(from)
    uses[from] = (uses[from] ?? 0) + 1
    lastUse[from] = Math.max(lastUse[from] ?? 0, to)
  }
  // Differences first, summed below: a value made at s and last used at l crosses the boundaries s + 1 … l.
  const crossing = new Int32Array(ids.length + 1)
  const branching = new Int32Array(ids.length + 1)
  for (let s = 0; s < ids.length; s++) {
    const last = lastUse[s] ?? 0
    const count = uses[s] ?? 0
    if (count === 0 || (count >= broadcastUses && last - s > ids.length / 2)) continue
    const branch = count > 1 ? 1 : 0
    crossing[s + 1] = (crossing[s + 1] ?? 0) + 1
    crossing[last + 1] = (crossing[last + 1] ?? 0) - 1
    branching[s + 1] = (branching[s + 1] ?? 0) + branch
    branching[last + 1] = (branching[last + 1] ?? 0) - branch
  }
  const branches = new Uint8Array(ids.length + 1)
  for (let b = 1; b <= ids.length; b++) {
    crossing[b] = (crossing[b] ?? 0) + (crossing[b - 1] ?? 0)
    branching[b] = (branching[b] ?? 0) + (branching[b - 1] ?? 0)
    branches[b] = crossing[b] === 1 && branching[b] === 1 ? 1 : 0
  }
  return {
    ids, sources, crossing, branches,
    signatures: ids.map((id) => byId.get(id)?.signature ?? ''),
    scopes: ids.map((id) => numberedScope(operatorOfNodeId(id) ?? ''))
  }
}

/** Text that is equal for equal blocks: signatures, and edges within [start, end) as distances. What comes from outside is not told apart. */
function describe(order: Ordered, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) {
    const inner = (order.sources[i] ?? []).filter((source) => source >= start).map((source) => i - source)
    text += `${order.signatures[i]}<${inner.join(',')}${inner.length < (order.sources[i]?.length ?? 0) ? ';' : ''}>`
  }
  return text
}

interface Candidate {
  /** Index of the first item, items of a block, number of blocks. */
  start: number
  period: number
  count: number
}

/** Stretches [start, end) in which each item equals the one `period` further on, seen with both: at least two periods long. */
function periodicStretches(items: readonly (string | number)[], period: number, free: (index: number) => boolean): { start: number; end: number }[] {
  const stretches: { start: number; end: number }[] = []
  let start = 0
  for (let i = 0; i <= items.length - period; i++) {
    if (i < items.length - period && free(i) && free(i + period) && items[i] === items[i + period]) continue
    if (i - start >= period) stretches.push({ start, end: i + period })
    start = i + 1
  }
  return stretches
}

/**
 * Of the ways to cut a stretch into whole blocks, the best by `quality` of its boundaries (summed over those before each
 * block, averaged), then by the number of blocks, then the first.
 */
function bestRotation(stretch: { start: number; end: number }, period: number, quality: (boundary: number) => number): Candidate {
  let best: Candidate = { start: stretch.start, period, count: 0 }
  let bestQuality = -Infinity
  for (let offset = 0; offset < period; offset++) {
    const start = stretch.start + offset
    const count = Math.floor((stretch.end - start) / period)
    if (count < 2) break
    let sum = 0
    for (let block = 0; block < count; block++) sum += quality(start + block * period)
    // Averages of equal boundaries differ by rounding only.
    const mean = Math.round((sum / count) * 1e6) / 1e6
    if (mean > bestQuality || (mean === bestQuality && count > best.count)) {
      best = { start, period, count }
      bestQuality = mean
    }
  }
  return best
}

const isWorthIt = (nodesInBlock: number, count: number): boolean => count >= 2 && (count - 1) * nodesInBlock >= leastSaved && (nodesInBlock > 1 || count >= leastSingles)

/** Starts of units, and the end: where one value crosses, or none. Input and output are units of their own. */
function unitStarts(order: Ordered): number[] {
  const starts: number[] = []
  for (let b = 0; b <= order.ids.length; b++) if (b === 0 || b === order.ids.length || (order.crossing[b] ?? 0) <= 1) starts.push(b)
  return starts
}

/** How good a boundary in front of position b is: a new module by name, a shortcut's beginning, few crossing values. */
function boundaryQuality(order: Ordered, b: number): number {
  const newScope = b > 0 && order.scopes[b] !== '' && order.scopes[b] !== order.scopes[b - 1]
  return (newScope ? 2 : 0) + (order.branches[b] === 1 ? 1 : 0) - Math.max(0, (order.crossing[b] ?? 0) - 1)
}

/** Runs of equal lists of units, as positions of nodes: [starts of the blocks …, end]. */
function runsOfUnits(order: Ordered, starts: readonly number[], claimed: Uint8Array): number[][] {
  const texts = starts.slice(0, -1).map((start, k) => describe(order, start, starts[k + 1] ?? start))
  const taken = new Uint8Array(texts.length)
  const runs: number[][] = []
  for (let period = 1; period <= Math.min(longestUnitPeriod, texts.length / 2); period++) {
    for (const stretch of periodicStretches(texts, period, (index) => taken[index] === 0)) {
      const { start, count } = bestRotation(stretch, period, (unit) => boundaryQuality(order, starts[unit] ?? 0))
      const boundaries = Array.from({ length: count + 1 }, (_, block) => starts[start + block * period] ?? 0)
      const nodes = (boundaries[1] ?? 0) - (boundaries[0] ?? 0)
      if (!isWorthIt(nodes, count)) continue
      taken.fill(1, start, start + count * period)
      claimed.fill(1, boundaries[0], boundaries[count])
      runs.push(boundaries)
    }
  }
  return runs
}

/** Runs of equal blocks within [from, to), a large unit; the ones that save most first. */
function runsWithin(order: Ordered, from: number, to: number, claimed: Uint8Array): number[][] {
  const numbers = new Map<string, number>()
  const items = order.signatures.slice(from, to).map((signature) => {
    const known = numbers.get(signature) ?? numbers.size
    numbers.set(signature, known)
    return known
  })
  const candidates: Candidate[] = []
  for (let period = 2; period <= Math.min(longestNodePeriod, items.length / 2); period++) {
    for (const stretch of periodicStretches(items, period, () => true)) {
      candidates.push(bestRotation(stretch, period, (index) => boundaryQuality(order, from + index)))
    }
  }
  const saved = ({ period, count }: Candidate): number => (count - 1) * period
  candidates.sort((a, b) => saved(b) - saved(a) || a.period - b.period || a.start - b.start)
  const runs: number[][] = []
  for (const { start, period, count } of candidates) {
    const first = from + start
    if (claimed.subarray(first, first + count * period).includes(1)) continue
    // Equal operators in a row may still be connected differently: whole blocks are compared, and the longest row of equal ones is taken.
    const texts = Array.from({ length: count }, (_, block) => describe(order, first + block * period, first + (block + 1) * period))
    let best = { at: 0, length: 0 }
    for (let at = 0, length = 0, k = 0; k < count; k++) {
      if (k > 0 && texts[k] === texts[k - 1]) length++
      else [at, length] = [k, 1]
      if (length > best.length) best = { at, length }
    }
    if (!isWorthIt(period, best.length)) continue
    const boundaries = Array.from({ length: best.length + 1 }, (_, block) => first + (best.at + block) * period)
    claimed.fill(1, boundaries[0], boundaries[best.length])
    runs.push(boundaries)
  }
  return runs
}

/** The repeated blocks of a network, in drawing order. No node is in two of them. */
export function repeatedRuns(graph: NetworkGraph): RepeatedRun[] {
  const order = inOrder(graph)
  const claimed = new Uint8Array(order.ids.length)
  const starts = unitStarts(order)
  const found = runsOfUnits(order, starts, claimed)
  starts.forEach((start, k) => {
    const end = starts[k + 1] ?? start
    if (end - start >= largeUnit && claimed[start] === 0) found.push(...runsWithin(order, start, end, claimed))
  })
  return found
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
    .map((boundaries): RepeatedRun => {
      const blocks = boundaries.slice(0, -1).map((start, k) => order.ids.slice(start, boundaries[k + 1]))
      const scopes = boundaries.slice(0, -1).map((start) => order.scopes[start] ?? '')
      return { id: `run:${blocks[0]?.[0] ?? ''}`, title: commonScope(scopes) ?? 'Block', blocks }
    })
}
