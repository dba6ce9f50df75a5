import { describe, expect, it } from 'vitest'
import { blockSummary } from './block-summary'
import { analogNode, digitalNode, report } from './fixtures'
import { networkGraph } from './network-graph'
import { repeatedRuns } from './repeated-blocks'

describe('blockSummary', () => {
  const nodes = [0, 1, 2, 3].flatMap((k) => [
    analogNode(`a${k}`, [k === 0 ? 'image' : `x${k}`], [`a${k}`]), digitalNode(`r${k}`, 'Relu', [`a${k}`], [`r${k}`]), analogNode(`b${k}`, [`r${k}`], [`b${k}`]),
    digitalNode(`s${k}`, 'Add', [`b${k}`, k === 0 ? 'image' : `x${k}`], [`x${k + 1}`])
  ])
  const network = report(nodes)
  const [run] = repeatedRuns(networkGraph(network))

  it('counts the operators of one block, and parameters and operations of all that are drawn as one', () => {
    expect(run?.blocks).toHaveLength(4)
    const summary = blockSummary(network, { run: run!, indices: [1, 2, 3] })
    expect(summary).toMatchObject({ blocks: 3, ofBlocks: 4, first: 2, analog: 2, digital: 2, unsupported: 0 })
    // Two convolutions of 1168 parameters in each of three blocks.
    expect(summary.parameters).toBe(3 * 2 * 1168)
    expect(summary.macs).toBe(3 * 2 * 1_179_648)
    expect(summary.operators).toEqual(expect.arrayContaining([{ title: 'Conv 3×3', placement: 'analog', count: 2 }, { title: 'Add', placement: 'digital', count: 1 }]))
  })
})
