import { expect, it } from 'vitest'
import { fileNameFrom } from './chart-export'

it('makes file names that every system takes', () => {
  expect(['Accuracy of each chip instance', 'σ = 0.1 / μ', '../../etc', '???'].map(fileNameFrom)).toEqual(['accuracy-of-each-chip-instance', 'sigma-0-1-mu', 'etc', 'chart'])
})
