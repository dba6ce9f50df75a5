import { listSupportedBackends } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { providers } from '@shared/providers'
import { disagreement, probeProvider } from './provider-probe'
import { offeredProviders } from './providers'

describe('offeredProviders', () => {
  it.each([
    ['Linux with CUDA', ['cpu', 'webgpu', 'cuda', 'tensorrt'], ['cpu', 'cuda', 'webgpu']],
    ['Windows', ['cpu', 'dml', 'webgpu'], ['cpu', 'directml', 'webgpu']],
    ['macOS', ['coreml', 'cpu', 'webgpu'], ['cpu', 'coreml', 'webgpu']],
    ['a runtime that lists nothing', [], ['cpu']]
  ])('%s', (_name, listed, expected) => expect(offeredProviders(listed.map((name) => ({ name })))).toEqual(expected))
})

describe('probeProvider', () => {
  it('finds nothing wrong with the CPU', async () => {
    expect(await probeProvider('cpu')).toBeNull()
  })

  // Without the rule that the CPU must not help, ONNX Runtime leaves a provider that it does not have out, and the probe would pass.
  it.each(providers.filter((provider) => !offeredProviders(listSupportedBackends()).includes(provider)))('refuses %s, which this machine does not list', async (provider) => {
    expect(await probeProvider(provider)).toMatch(/\w/)
  })
})

describe('disagreement', () => {
  const expected = Float32Array.of(2, -4, 1)
  it.each([
    ['equal', [2, -4, 1], null],
    // 0.002 of the largest, as TensorFloat-32 may give; the limit is 0.005.
    ['rounded', [2.008, -4, 1], null],
    ['wrong', [2.04, -4, 1], 'Its results differ from those of the CPU by 1.0 %.'],
    ['not a number', [NaN, -4, 1], 'Its results are not numbers.'],
    ['too few', [2, -4], 'It gives 2 numbers; the CPU gives 3.']
  ])('%s', (_name, found, message) => expect(disagreement(Float32Array.from(found), expected)).toBe(message))
})
