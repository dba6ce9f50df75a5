import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNumpyArray } from './readers/numpy-array'
import { npyBytes as referenceBytes, floatBytes } from './readers/test-files'
import { npyBytes } from './write-npy'

describe('npyBytes', () => {
  it('is read back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), (shape) => {
        const values = Float32Array.from({ length: shape.reduce((product, dimension) => product * dimension, 1) }, (_, i) => (i % 2 === 0 ? i : -i) / 7)
        const found = parseNumpyArray(npyBytes(values, shape), 'y.npy')
        expect([found.type, found.shape]).toEqual(['f4', shape])
        expect(Array.from(values, (_, i) => found.at(i))).toEqual([...values])
      })
    )
  })

  it('is what the tests of the readers write from the description of the format', () => {
    const values = [1, -2.5, 3, 4, 5, 6]
    expect(Buffer.from(npyBytes(Float32Array.from(values), [2, 3])).equals(referenceBytes('<f4', [2, 3], floatBytes(values)))).toBe(true)
  })

  it('refuses a shape that is not filled', () => expect(() => npyBytes(new Float32Array(5), [2, 3])).toThrow('5 values for 2 × 3'))
})
