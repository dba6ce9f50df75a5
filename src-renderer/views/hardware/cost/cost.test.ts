import { nextTick, ref } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { figures, type CostInventory } from '@shared/cost'
import { inventoryOf, plainLayer } from '@shared/cost/fixtures'
import type { NetworkReport } from '@shared/network'
import { problem } from '@shared/problems'
import type { RunSummary } from '@shared/run'
import { useProjectStore } from '../../../stores/project'
import { createMemoryBridge, emptyProject, ok, withApp } from '../../../testing/memory-bridge'
import { useCost } from './composables/use-cost'
import { useTunedCost } from './composables/use-tuned-cost'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const network: NetworkReport = {
  name: 'net.onnx', sha256: 'a'.repeat(64), bytes: 10, producer: '', irVersion: 8, opset: 17, input: { name: 'x', shape: ['N', 4] }, output: { name: 'y', classes: 3 }, batch: 'free', parameters: 12, analogParameters: 12,
  macs: 12, analogLayers: 1, nodes: [], notes: []
}
const inventory: CostInventory = inventoryOf({ ...plainLayer, inputBits: 8, bitsPerRead: 8, outputBits: 6, meanCell: { value: 5, unit: 'µS' } })
const run = (name: string, rest: Partial<RunSummary> = {}): RunSummary => ({
  id: '0001-finetune', name, kind: 'finetune', status: 'finished', createdAt: '2026-01-01T00:00:00Z', progress: 1, network: 'net.onnx', dataset: 'd', digitalTop1: null, noisyTop1: null, description: '', stale: false, problem: null, ...rest
})

async function opened(handlers: Parameters<typeof createMemoryBridge>[0] = {}) {
  const bridge = createMemoryBridge({ 'project.saveSettings': () => ok({}), 'hardware.cost': () => ok(inventory), ...handlers })
  const { value } = withApp(bridge, () => ({ project: useProjectStore(), cost: useCost() }))
  bridge.emit('project.changed', { ...emptyProject(), network })
  await vi.runAllTimersAsync()
  const asked = (): number => bridge.sent.filter(({ name }) => name === 'hardware.cost').length
  return { bridge, asked, ...value }
}

describe('the estimate of a project', () => {
  it('follows an edited figure at once and asks the engine for nothing', async () => {
    const { cost, project, asked } = await opened()
    const before = cost.estimate.value
    expect(before?.missing.map(({ figure }) => figure)).toContain('readVoltage')
    cost.setFigure('readVoltage', 0.2, 'wafer 7')
    expect(cost.estimate.value?.missing.map(({ figure }) => figure)).not.toContain('readVoltage')
    expect(cost.estimate.value?.joules).toBeGreaterThan(before?.joules ?? Infinity)
    await vi.runAllTimersAsync()
    expect(asked()).toBe(1)
    project.undo()
    expect(cost.estimate.value?.joules).toBe(before?.joules)
  })
  it('asks again when the hardware has changed and is saved', async () => {
    const { project, asked } = await opened()
    project.edit('rows', (draft) => (draft.hardware.array.rows = 64))
    expect(asked()).toBe(1)
    await vi.runAllTimersAsync()
    expect(asked()).toBe(2)
  })
  it('stores no change that is the published value, and goes back to it', async () => {
    const { cost, project } = await opened()
    cost.setFigure('adcStepEnergy', figures.adcStepEnergy.value, '')
    expect(project.settings?.cost.figures).toEqual({})
    cost.setFigure('adcStepEnergy', 5, 'mine')
    cost.setFigure('cellArea', 0.1, '')
    cost.resetFigure('adcStepEnergy')
    expect(project.settings?.cost.figures).toEqual({ cellArea: { value: 0.1, source: '' } })
    cost.resetAll()
    expect(project.settings?.cost.figures).toEqual({})
  })
  it('has no estimate while the description does not fit together, and the problem instead', async () => {
    const wrong = problem('HARDWARE_INVALID', 'hardware.slices.weightBits', 'Continuous weights have no bits to cut into slices.')
    let fits = true
    const { cost, project } = await opened({ 'hardware.cost': () => (fits ? ok(inventory) : { ok: false, problem: wrong }) })
    expect(cost.estimate.value).not.toBeNull()
    fits = false
    project.edit('bits', (draft) => (draft.hardware.slices.bitsPerCell = 2))
    await vi.runAllTimersAsync()
    expect([cost.estimate.value, cost.problem.value]).toEqual([null, wrong])
  })
})

it('offers finished fine-tunings of this network, and counts the chosen one beside it', async () => {
  const { bridge, cost } = await opened()
  const chosen = ref('')
  const { value: tuned } = withApp(bridge, () => ({ project: useProjectStore(), ...useTunedCost(chosen, () => cost.estimate.value!, () => cost.inForce.value) }))
  const runs = [run('Tuned'), run('Other', { id: '0002-finetune', network: 'other.onnx' }), run('Unfinished', { id: '0003-finetune', status: 'running' }), run('Simulation', { id: '0004-simulate', kind: 'simulate' })]
  bridge.emit('project.changed', { ...emptyProject(), network, runs })
  await nextTick()
  expect(tuned.runs.value.map(({ name }) => name)).toEqual(['Tuned'])
  expect(tuned.comparison.value).toBeNull()
  chosen.value = '0001-finetune'
  await vi.runAllTimersAsync()
  expect(bridge.sent.filter(({ name }) => name === 'hardware.cost').at(-1)?.input).toEqual({ runId: '0001-finetune' })
  expect(tuned.comparison.value?.countsEqual).toBe(true)
})
