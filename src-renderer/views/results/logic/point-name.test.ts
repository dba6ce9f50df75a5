import { expect, it } from 'vitest'
import { pointAt } from '@shared/charts/fixtures'
import { pointName } from './point-name'

it('says what the value is of', () => {
  expect(pointName(pointAt(0.2, 0.9), 'sigma')).toBe('σ = 0.2')
  expect(pointName(pointAt(-0.04, 0.9), 'mu')).toMatch(/^μ = [-−]0\.04$/)
  expect(pointName(pointAt(8, 0.9), 'adc-bits')).toBe('ADC bits 8')
  expect(pointName(pointAt('column', 0.9), 'scale')).toBe('column')
  expect(pointName({ ...pointAt(null, 0.9), sigma: 0.1 }, null)).toBe('σ = 0.1')
})
