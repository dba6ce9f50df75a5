import { describe, expect, it } from 'vitest'
import { analogNode, digitalNode, report } from './fixtures'
import { formatBytes, formatCount, formatShape, listOfIntegers } from './format-network'
import { networkGraph, operatorOfNodeId, operatorTitle } from './network-graph'

describe('networkGraph', () => {
  const graph = networkGraph(
    report([analogNode('c1', ['image', 'w'], ['a'], { attributes: { strides: '[2, 2]' } }), digitalNode('r', 'Relu', ['a'], ['b']), digitalNode('add', 'Add', ['a', 'b'], ['scores'])])
  )

  it('has a node for the input, each operator and the output', () => {
    expect(graph.nodes.map((node) => node.id)).toEqual(['input', 'op:c1', 'op:r', 'op:add', 'output'])
  })
  it('connects makers with users and leaves constants out', () => {
    expect(graph.edges.map((edge) => `${edge.source}>${edge.target}`)).toEqual(['input>op:c1', 'op:c1>op:r', 'op:c1>op:add', 'op:r>op:add', 'op:add>output'])
  })
  it('names the kernel and the stride', () => {
    expect(graph.nodes[1]?.title).toBe('Conv 3×3 /2')
  })
  it('keeps the domain of a foreign operator', () => {
    expect(operatorTitle({ ...digitalNode('f', 'FusedConv', [], []), domain: 'com.microsoft' })).toBe('com.microsoft.FusedConv')
  })
  it('finds the operator behind a node', () => {
    expect(operatorOfNodeId('op:c1')).toBe('c1')
    expect(operatorOfNodeId('input')).toBeNull()
  })
})

describe('formats', () => {
  it('writes shapes without the batch', () => {
    expect(formatShape(['N', 64, 16, 16])).toBe('64×16×16')
    expect(formatShape(['N'])).toBe('1')
    expect(formatShape([])).toBe('scalar')
  })
  it('reads integers from an attribute', () => {
    expect(listOfIntegers('[3, 3]')).toEqual([3, 3])
    expect(listOfIntegers(undefined)).toEqual([])
  })
  it('writes counts with three digits', () => {
    expect(formatCount(999)).toBe('999')
    expect(formatCount(999_999)).toBe('1.00 M')
    expect(formatCount(2_764_800)).toBe('2.76 M')
    expect(formatBytes(704_512)).toBe('704.5 kB')
  })
})
