import { describe, expect, it } from 'vitest'
import { problem } from '@shared/problems'
import { createMemoryBridge, ok, withApp } from '../testing/memory-bridge'
import { useProblemsStore } from './problems'

const found = problem('FILE_NOT_FOUND', 'a.onnx', 'There is no such file.')

describe('problems', () => {
  it('lists one that was answered and then reported once only', () => {
    const bridge = createMemoryBridge()
    const { value: problems } = withApp(bridge, useProblemsStore)
    expect(problems.unwrap({ ok: false, problem: found })).toBeNull()
    problems.add(found)
    bridge.emit('problems.changed', [found])
    expect(problems.all).toEqual([found])
    expect(problems.errors).toBe(1)
  })
  it('dismisses here and in the services', async () => {
    const bridge = createMemoryBridge({ 'problems.dismiss': () => ok({}) })
    const { value: problems } = withApp(bridge, useProblemsStore)
    bridge.emit('problems.changed', [problem('DATA_CORRUPT', 'b', 'x'), found])
    await problems.dismiss(found)
    expect(bridge.sent).toEqual([{ name: 'problems.dismiss', input: { index: 1 } }])
  })
})
