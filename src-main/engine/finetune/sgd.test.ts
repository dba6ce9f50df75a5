import { describe, expect, it } from 'vitest'
import { learningRateAt } from './schedule'
import { clipFactor, gradientNorm, sgdStep } from './sgd'

describe('sgdStep', () => {
  it('follows w − η(μv + g + λw) over two steps (by hand)', () => {
    const weights = Float32Array.of(2)
    const velocity = Float32Array.of(0)
    const settings = { learningRate: 0.5, momentum: 0.5, weightDecay: 0.25 }
    sgdStep(weights, velocity, Float32Array.of(1), 1, settings) // v = 1 + 0.5 = 1.5, w = 2 − 0.75
    expect([weights[0], velocity[0]]).toEqual([1.25, 1.5])
    sgdStep(weights, velocity, Float32Array.of(4), 0.5, settings) // v = 0.75 + 2 + 0.3125 = 3.0625
    expect([weights[0], velocity[0]]).toEqual([1.25 - 1.53125, 3.0625])
  })
  it('clips by the norm over all arrays', () => {
    expect(gradientNorm([Float32Array.of(3), Float32Array.of(0, 4)])).toBe(5)
    expect([clipFactor(5, 1), clipFactor(5, 10), clipFactor(5, 0)]).toEqual([0.2, 1, 1])
  })
})

describe('learningRateAt', () => {
  it('steps by the factor every so many epochs, as the authors did', () => {
    const at = (epoch: number): number => learningRateAt({ kind: 'step', everyEpochs: 60, factor: 0.2 }, 0.01, epoch * 10, 2000, 10)
    expect([at(0), at(59.9), at(60), at(120)].map((rate) => +rate.toFixed(6))).toEqual([0.01, 0.01, 0.002, 0.0004])
  })
  it('falls along half a cosine', () => {
    const at = (step: number): number => learningRateAt({ kind: 'cosine' }, 1, step, 100, 10)
    expect([at(0), at(50), at(100)].map((rate) => +rate.toFixed(12))).toEqual([1, 0.5, 0])
  })
})
