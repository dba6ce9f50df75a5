import { describe, expect, it } from 'vitest'
import type { ProjectState } from '@shared/project'
import type { RunSummary } from '@shared/run'
import { emptyProject } from '../testing/memory-bridge'
import { fitProblem, stepOfField, stepStates } from './flow'

const run = (id: string, change: Partial<RunSummary> = {}): RunSummary => ({
  id, name: id, kind: 'simulate', status: 'finished', createdAt: '2026-01-01T00:00:00Z', progress: 1, network: 'n', dataset: 'd', digitalTop1: 0.9, noisyTop1: 0.8, description: '', stale: false, problem: null, ...change
})
const network = (pixels: number[], classes: number): ProjectState['network'] => ({
  name: 'n.onnx', sha256: '', bytes: 1, producer: '', irVersion: 8, opset: 17, input: { name: 'x', shape: ['N', ...pixels] }, output: { name: 'y', classes }, batch: 'free', parameters: 1,
  analogParameters: 1, macs: 1, analogLayers: 1, nodes: [], notes: []
})
const dataset = (shape: [number, number, number], classes: number): ProjectState['dataset'] => ({
  name: 'd', format: 'idx', shape, elementType: 'uint8', count: 10, classNames: Array.from({ length: classes }, (_, index) => String(index)), classCounts: [], sourceSplits: null, channelMean: [], channelStd: [],
  divisor: 255, sha256: '', notes: []
})

describe('the steps', () => {
  it('say "not yet" in a new project', () => {
    const states = stepStates(emptyProject(), [])
    expect([states.model.status, states.data.status, states.device.status, states.simulate.status, states.report.status]).toEqual(['todo', 'todo', 'done', 'todo', 'todo'])
  })
  it('tell fresh, stale, failed and running simulations apart', () => {
    const status = (runs: RunSummary[]): string => stepStates({ ...emptyProject(), runs }, []).simulate.status
    expect([status([run('1')]), status([run('1', { stale: true })]), status([run('1', { status: 'failed' })]), status([run('1', { kind: 'finetune' })])]).toEqual(['done', 'warning', 'warning', 'todo'])
    const job = { id: 'j', runId: '2', title: '', status: 'running' as const, progress: 0, activity: '', secondsRemaining: null, secondsElapsed: 0, problem: null }
    expect(stepStates({ ...emptyProject(), runs: [run('1'), run('2', { status: 'running' })] }, [job]).simulate.status).toBe('running')
  })
  it('warn when data and network do not fit', () => {
    const fit = (shape: [number, number, number], classes: number): string | null => fitProblem({ ...emptyProject(), network: network([1, 28, 28], 10), dataset: dataset(shape, classes) })
    expect(fit([1, 28, 28], 10)).toBeNull()
    expect(fit([3, 32, 32], 10)).toContain('3×32×32')
    expect(fit([1, 28, 28], 100)).toContain('100 classes')
    // A flat input takes the image's pixels in order.
    expect(fitProblem({ ...emptyProject(), network: network([784], 10), dataset: dataset([1, 28, 28], 10) })).toBeNull()
  })
  it('warn of hardware that does not fit together', () => {
    const state = emptyProject()
    state.settings.hardware.cell.kind = 'offset'
    expect(stepStates(state, []).hardware).toEqual({ status: 'warning', note: '1 error: runs cannot be started' })
  })
  it('lead from a setting to its screen', () => {
    expect(['hardware.device.sigma', 'settings.hardware.array.rows', 'preprocessing.mean', 'simulation.images.count', 'settings.sweep.values', 'finetune.epochs', 'a.onnx'].map(stepOfField)).toEqual([
      'device', 'hardware', 'data', 'simulate', 'simulate', 'finetune', null
    ])
  })
})
