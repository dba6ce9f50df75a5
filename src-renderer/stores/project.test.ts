import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryBridge, emptyProject, ok, refused, withApp } from '../testing/memory-bridge'
import { useProblemsStore } from './problems'
import { useProjectStore } from './project'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const saved = (bridge: ReturnType<typeof createMemoryBridge>): number[] =>
  bridge.sent.filter((request) => request.name === 'project.saveSettings').map((request) => (request.input as { settings: { simulation: { seed: number } } }).settings.simulation.seed)

function opened(handlers: Parameters<typeof createMemoryBridge>[0] = { 'project.saveSettings': () => ok({}) }) {
  const bridge = createMemoryBridge(handlers)
  const { value: project } = withApp(bridge, useProjectStore)
  bridge.emit('project.changed', emptyProject())
  const setSeed = (seed: number): void => project.edit(`seed-${seed}`, (draft) => void (draft.simulation.seed = seed))
  return { bridge, project, setSeed }
}

describe('the project', () => {
  it('saves an edit after a pause, several quick ones once', async () => {
    const { bridge, project, setSeed } = opened()
    setSeed(2)
    setSeed(3)
    expect(project.dirty).toBe(true)
    expect(saved(bridge)).toEqual([])
    await vi.runAllTimersAsync()
    expect(saved(bridge)).toEqual([3])
    expect(project.dirty).toBe(false)
  })

  it('keeps an edit that is not saved yet when the services report', async () => {
    const { bridge, project, setSeed } = opened()
    setSeed(7)
    bridge.emit('project.changed', { ...emptyProject(), runs: [] })
    expect(project.settings?.simulation.seed).toBe(7)
    await vi.runAllTimersAsync()
    bridge.emit('project.changed', emptyProject())
    expect(project.settings?.simulation.seed).toBe(1)
  })

  it('undoes and redoes, and saves the result', async () => {
    const { bridge, project, setSeed } = opened()
    setSeed(2)
    await vi.runAllTimersAsync()
    project.undo()
    expect(project.settings?.simulation.seed).toBe(1)
    expect([project.canUndo, project.canRedo]).toEqual([false, true])
    project.redo()
    await vi.runAllTimersAsync()
    expect(saved(bridge)).toEqual([2, 2])
  })

  it('makes no step of an edit that changes nothing', () => {
    const { project, setSeed } = opened()
    setSeed(1)
    expect([project.canUndo, project.dirty]).toEqual([false, false])
  })

  it('shows and lists a refusal to save, and stays unsaved', async () => {
    const { project, setSeed } = opened({ 'project.saveSettings': () => refused('settings.simulation.seed', 'no') })
    setSeed(2)
    await vi.runAllTimersAsync()
    expect(project.saveProblem?.message).toBe('no')
    expect(project.dirty).toBe(true)
    expect(await project.save()).toBe(false)
    expect(useProblemsStore().all).toHaveLength(1)
  })

  it('begins a new history with another project', () => {
    const { bridge, project, setSeed } = opened()
    setSeed(2)
    bridge.emit('project.changed', emptyProject('Other'))
    expect([project.canUndo, project.dirty, project.settings?.simulation.seed]).toEqual([false, false, 1])
    bridge.emit('project.changed', null)
    expect([project.open, project.settings]).toEqual([false, null])
  })
})
