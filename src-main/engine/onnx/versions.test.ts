/** Which versions the installed ONNX Runtime takes. When these fail after an update of the library: raise the constants in graph.ts, and look for changed operator forms. */
import { describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { newestIrVersion, newestOpset, type Model } from './graph'
import { GraphBuilder } from './graph-builder'
import { oldestIrVersion, oldestOpset } from './import-checks'
import { createSession } from './session'

function modelOf(opset: number, irVersion: number): Model {
  const builder = new GraphBuilder('versions')
  builder.input({ name: 'x', type: 'float32', shape: ['N', 2] })
  builder.node('Relu', ['x'], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', 2] })
  return { irVersion, producer: '', opsets: new Map([['', opset]]), graph: builder.build(), metadata: new Map(), functions: [] }
}

async function isTaken(opset: number, irVersion: number): Promise<boolean> {
  try {
    await (await createSession(modelOf(opset, irVersion))).release()
    return true
  } catch (thrown) {
    if (thrown instanceof ProblemError) return false
    throw thrown
  }
}

describe('versions', () => {
  it('opset: up to the newest, and none beyond', async () => {
    for (let opset = oldestOpset; opset <= newestOpset; opset++) expect(await isTaken(opset, 8), `opset ${opset}`).toBe(true)
    expect(await isTaken(newestOpset + 1, newestIrVersion)).toBe(false)
  })
  it('IR: up to the newest, and none beyond', async () => {
    for (let version = oldestIrVersion; version <= newestIrVersion; version++) expect(await isTaken(oldestOpset, version), `IR ${version}`).toBe(true)
    expect(await isTaken(newestOpset, newestIrVersion + 1)).toBe(false)
  })
})
