import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeReport } from '@shared/network'
import { blockId, collapse } from './collapse'
import { drawingOrder } from './drawing-order'
import { analogNode, digitalNode, report } from './fixtures'
import { networkGraph, type NetworkGraph } from './network-graph'
import { repeatedRuns } from './repeated-blocks'

/** Stem, then `blocks` times conv, relu, conv, add with the block's input, relu; then the classifier. */
function residual(blocks: number): NodeReport[] {
  const nodes = [analogNode('stem', ['image'], ['s']), digitalNode('stemRelu', 'Relu', ['s'], ['x0'])]
  for (let k = 0; k < blocks; k++) {
    nodes.push(
      analogNode(`/stage/stage.${k}/a/Conv`, [`x${k}`], [`a${k}`]),
      digitalNode(`/stage/stage.${k}/r/Relu`, 'Relu', [`a${k}`], [`ra${k}`]),
      analogNode(`/stage/stage.${k}/b/Conv`, [`ra${k}`], [`b${k}`]),
      digitalNode(`/stage/stage.${k}/Add`, 'Add', [`b${k}`, `x${k}`], [`s${k}`]),
      digitalNode(`/stage/stage.${k}/end/Relu`, 'Relu', [`s${k}`], [`x${k + 1}`])
    )
  }
  return [...nodes, digitalNode('soft', 'Softmax', [`x${blocks}`], ['scores'])]
}
const unnamed = (nodes: NodeReport[]): NodeReport[] => nodes.map((node, k) => ({ ...node, name: `n${k}` }))

describe('repeatedRuns', () => {
  it('cuts residual blocks where the shortcut begins, and takes their title from the names', () => {
    const runs = repeatedRuns(networkGraph(report(residual(6))))
    expect(runs.map((run) => [run.title, run.blocks.length])).toEqual([['stage', 6]])
    expect(runs[0]?.blocks[3]).toEqual(['op:/stage/stage.3/a/Conv', 'op:/stage/stage.3/r/Relu', 'op:/stage/stage.3/b/Conv', 'op:/stage/stage.3/Add', 'op:/stage/stage.3/end/Relu'])
  })
  it('needs no names', () => {
    const runs = repeatedRuns(networkGraph(report(unnamed(residual(6)))))
    expect(runs.map((run) => [run.title, run.blocks.length, run.blocks[0]?.[0]])).toEqual([['Block', 6, 'op:n2']])
  })
  it('finds the layers of a dense block, which have no place where a single value crosses', () => {
    const nodes = [analogNode('stem', ['image'], ['p0'])]
    const features = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, j) => `${prefix}${j}`)
    const dense = (prefix: string, layers: number): void => {
      for (let k = 0; k < layers; k++) {
        nodes.push(
          digitalNode(`${prefix}c${k}`, 'Concat', features(prefix, k + 1), [`${prefix}c${k}`]),
          digitalNode(`${prefix}r${k}`, 'Relu', [`${prefix}c${k}`], [`${prefix}r${k}`]),
          analogNode(`${prefix}v${k}`, [`${prefix}r${k}`], [`${prefix}${k + 1}`])
        )
      }
    }
    dense('p', 6)
    nodes.push(digitalNode('between', 'Concat', features('p', 7), ['t']), digitalNode('pool', 'AveragePool', ['t'], ['q0']))
    dense('q', 9)
    nodes.push(digitalNode('last', 'Concat', features('q', 10), ['scores']))
    const [run] = repeatedRuns(networkGraph(report(nodes)))
    expect(run?.blocks.length).toBeGreaterThanOrEqual(5)
    expect(run?.blocks[0]).toHaveLength(3)
  })
  it('tells apart blocks with equal operators and other connections', () => {
    const nodes = residual(2).map((node) => (node.name === '/stage/stage.1/Add' ? { ...node, inputs: ['b1', 'ra1'] } : node))
    expect(repeatedRuns(networkGraph(report(nodes)))).toEqual([])
  })
})

/** Any network whose nodes use earlier values, of few operators so that something repeats. */
const networks = fc.array(fc.record({ operator: fc.constantFrom('Relu', 'Add', 'Conv'), back: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 2 }) }), { minLength: 1, maxLength: 60 }).map((list): NetworkGraph => {
  const value = (k: number): string => (k < 0 ? 'image' : `v${k}`)
  const nodes = list.map(({ operator, back }, k) => {
    const inputs = [...new Set(back)].map((distance) => value(Math.max(-1, k - distance)))
    return operator === 'Conv' ? analogNode(`n${k}`, inputs.slice(0, 1), [value(k)]) : digitalNode(`n${k}`, operator, inputs, [value(k)])
  })
  return networkGraph({ ...report(nodes), output: { name: value(list.length - 1), classes: 10 } })
})

describe('collapse', () => {
  it('keeps every node in at most one block, invents no edge, makes no cycle, and comes back when all is open', () => {
    fc.assert(
      fc.property(networks, fc.func(fc.boolean()), (graph, isOpen) => {
        const runs = repeatedRuns(graph)
        const members = runs.flatMap((run) => run.blocks.flat())
        expect(new Set(members).size).toBe(members.length)
        const ids = runs.flatMap((run) => run.blocks.map((_, index) => blockId(run, index)))
        expect(collapse(graph, runs, new Set(ids)).graph).toEqual(graph)

        const shown = collapse(graph, runs, new Set(ids.filter((id) => isOpen(id))))
        const drawn = new Set(shown.graph.nodes.map((node) => node.id))
        expect(new Set(shown.shownAs.values())).toEqual(drawn)
        const pairs = (list: readonly { source: string; target: string }[]): Set<string> => new Set(list.map(({ source, target }) => `${source} ${target}`))
        const original = graph.edges.map((edge) => ({ source: shown.shownAs.get(edge.source) ?? '', target: shown.shownAs.get(edge.target) ?? '' }))
        expect(pairs(shown.graph.edges)).toEqual(pairs(original.filter(({ source, target }) => source !== target)))
        const order = new Map(drawingOrder(shown.graph).map((id, index) => [id, index]))
        for (const { source, target } of shown.graph.edges) expect(order.get(source)).toBeLessThan(order.get(target) ?? -1)
      })
    )
  })
})
