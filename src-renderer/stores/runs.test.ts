import { describe, expect, it } from 'vitest'
import { createMemoryBridge, emptyProject, ok, refused, withApp } from '../testing/memory-bridge'
import { useProblemsStore } from './problems'
import { useRunsStore } from './runs'

describe('runs', () => {
  it('shows the run that was started, and its live result', async () => {
    const bridge = createMemoryBridge({ 'runs.start': () => ok({ runId: '0001-simulate' }) })
    const { value: runs } = withApp(bridge, useRunsStore)
    bridge.emit('project.changed', emptyProject())
    expect(await runs.start('simulate', null)).toEqual({ runId: '0001-simulate' })
    expect(runs.shown).toEqual({ simulate: '0001-simulate', finetune: null, attribute: null, curvature: null, study: null })
    const partial = { kind: 'simulate' as const, digital: null, points: [] }
    bridge.emit('runs.partial', { runId: '0001-simulate', partial })
    expect(runs.partials.get('0001-simulate')).toEqual(partial)
  })

  it('returns a refusal to the button and lists it', async () => {
    const bridge = createMemoryBridge({ 'runs.start': () => refused('images', 'too few') })
    const { value: runs } = withApp(bridge, useRunsStore)
    const answer = await runs.start('finetune', 'x')
    expect(answer).toMatchObject({ problem: { message: 'too few' } })
    expect(useProblemsStore().all.map((problem) => problem.message)).toEqual(['too few'])
    expect(runs.shown.finetune).toBeNull()
  })

  it('knows a run that is deleted no more', async () => {
    const bridge = createMemoryBridge({ 'runs.start': () => ok({ runId: '0001-simulate' }), 'runs.delete': () => ok({}) })
    const { value: runs } = withApp(bridge, useRunsStore)
    await runs.start('simulate', null)
    expect(await runs.remove('0001-simulate')).toBe(true)
    expect(runs.shown.simulate).toBeNull()
  })
})
