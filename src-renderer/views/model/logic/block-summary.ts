/** What the side panel says of repeated blocks. */
import type { NetworkReport, NodeReport } from '@shared/network'
import type { ClosedBlocks } from './collapse'
import { operatorOfNodeId, operatorTitle } from './network-graph'

export interface BlockSummary {
  title: string
  /** Blocks that the node stands for, and blocks of the run. */
  blocks: number
  ofBlocks: number
  /** Place of the first one, from 1. */
  first: number
  /** Operators of one block, in drawing order: equal ones once, with their number. */
  operators: { title: string; placement: NodeReport['placement']; count: number }[]
  /** Of one block. */
  analog: number
  digital: number
  unsupported: number
  /** Of all blocks that the node stands for; blocks may differ in size. */
  parameters: number
  macs: number
}

export function blockSummary(report: NetworkReport, { run, indices }: ClosedBlocks): BlockSummary {
  const byName = new Map(report.nodes.map((node) => [node.name, node]))
  const members = (index: number): NodeReport[] => (run.blocks[index] ?? []).flatMap((id) => byName.get(operatorOfNodeId(id) ?? '') ?? [])
  const [first = 0] = indices
  const one = members(first)
  const all = indices.flatMap(members)
  const operators = new Map<string, BlockSummary['operators'][number]>()
  for (const node of one) {
    const title = operatorTitle(node)
    const known = operators.get(`${title} ${node.placement}`)
    if (known) known.count++
    else operators.set(`${title} ${node.placement}`, { title, placement: node.placement, count: 1 })
  }
  const placed = (placement: NodeReport['placement']): number => one.filter((node) => node.placement === placement).length
  return {
    title: run.title, blocks: indices.length, ofBlocks: run.blocks.length, first: first + 1, operators: [...operators.values()],
    analog: placed('analog'), digital: placed('digital'), unsupported: placed('unsupported'),
    parameters: all.reduce((sum, node) => sum + node.parameters, 0), macs: all.reduce((sum, node) => sum + node.macs, 0)
  }
}
