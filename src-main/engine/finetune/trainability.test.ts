import { describe, expect, it } from 'vitest'
import { ProblemError, problem } from '@shared/problems'
import type { Graph } from '../onnx/graph'
import { LayerBuilder } from '../onnx/layer-builder'
import type { Network } from '../onnx/network'
import { explainUntrainable, trainability, withTrainabilityNote } from './trainability'

/** Convolution, an operator without a gradient rule or with one, convolution, classifier; beside it a path around. */
function network(middle: 'Hardmax' | 'Relu', around: boolean): Network {
  const build = new LayerBuilder('net', [2, 4, 4], 1)
  const first = build.conv('image', 2, 3, 3)
  const between = build.graph.node(middle, [first])
  const second = build.conv(between, 3, 3, 3)
  const third = around ? build.add(second, build.conv('image', 2, 3, 1)) : second
  const model = build.finish(build.dense(build.flatten(third), 48, 4), 4)
  const graph: Graph = model.graph
  return {
    model, input: { name: 'image', shape: [2, 4, 4] }, output: { name: graph.outputs[0]!.name, classes: 4 }, batch: 'free', shapes: { shape: () => undefined },
    report: { name: 'net', notes: [] } as unknown as Network['report']
  }
}
const names = (net: Network): string[] => net.model.graph.nodes.filter(({ opType }) => opType === 'Conv' || opType === 'Gemm').map(({ name }) => name)

describe('which layers can be trained', () => {
  it('all, where every operator has a rule', () => {
    const net = network('Relu', true)
    expect(trainability(net)).toEqual({ trainable: names(net), blocked: [] })
    expect(withTrainabilityNote(net)).toBe(net)
  })

  it('only what lies behind an operator without one', () => {
    const net = network('Hardmax', false)
    const [first, ...others] = names(net)
    const { trainable, blocked } = trainability(net)
    expect(trainable).toEqual(others)
    expect(blocked).toMatchObject([{ layer: first, operator: { opType: 'Hardmax' } }])
    expect(withTrainabilityNote(net).report.notes[0]).toMatch(/2 of 3 analog layers: Hardmax at node/)
  })

  it('a path around the operator does not help the layer in front of it, and does not harm the other', () => {
    const net = network('Hardmax', true)
    expect(trainability(net).blocked.map(({ layer }) => layer)).toEqual(names(net).slice(0, 1))
  })

  it('takes an operator whose form has no gradient as one without', () => {
    const net = network('Relu', false)
    const relu = net.model.graph.nodes.find(({ opType }) => opType === 'Relu')!
    expect(trainability(net, relu.name).blocked.map(({ layer }) => layer)).toEqual(names(net).slice(0, 1))
  })

  it('is told with the problem, which names what to freeze', () => {
    const net = network('Hardmax', false)
    const thrown = new ProblemError(problem('GRADIENT_UNSUPPORTED', 'node x', 'No rule.'))
    try {
      explainUntrainable(thrown, net)
    } catch (explained) {
      const { message, tip } = (explained as ProblemError).problem
      expect(message).toContain('2 of 3 analog layers can be trained without it.')
      expect(tip).toContain(names(net)[0])
    }
    expect.assertions(2)
  })
})
