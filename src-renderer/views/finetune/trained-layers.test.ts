import { describe, expect, it } from 'vitest'
import { changedFactor, toggledLayer, trainedLayers } from './trained-layers'

describe('layers of the Fine-tune screen', () => {
  it('lists names that are left from another network, so that they can be taken off', () => {
    expect(trainedLayers(null, { frozenLayers: ['a'], learningRateFactors: { b: 0.5 } })).toEqual([
      { name: 'a', frozen: true, factor: 1, known: false }, { name: 'b', frozen: false, factor: 0.5, known: false }
    ])
  })

  it('freezes and frees one layer', () => {
    expect(toggledLayer(['a'], 'b', true)).toEqual(['a', 'b'])
    expect(toggledLayer(['a', 'b'], 'a', false)).toEqual(['b'])
    expect(toggledLayer(['a'], 'a', true)).toEqual(['a'])
  })

  it('forgets a factor of 1', () => {
    expect(changedFactor({ a: 2 }, 'b', 0.1)).toEqual({ a: 2, b: 0.1 })
    expect(changedFactor({ a: 2, b: 0.1 }, 'a', 1)).toEqual({ b: 0.1 })
  })
})
