import { describe, expect, it } from 'vitest'
import { parseComputation } from './parse-computation'

describe('--memory and --provider', () => {
  it.each([
    [{}, {}],
    [{ memory: '512' }, { memoryMegabytes: 512 }],
    [{ provider: 'WebGPU' }, { provider: 'webgpu' }]
  ])('%j', (given, expected) => expect(parseComputation(given)).toEqual(expected))

  it.each([
    [{ memory: '0' }, '--memory: Found "0", expected a whole number of megabytes'],
    [{ memory: '2 GB' }, '--memory: Found "2 GB"'],
    [{ provider: 'tpu' }, '--provider: Found "tpu", expected one of cpu, cuda, directml, coreml, webgpu.']
  ])('%j is refused', (given, message) => expect(() => parseComputation(given)).toThrow(message))
})
