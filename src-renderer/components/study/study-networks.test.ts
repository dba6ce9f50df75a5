import { describe, expect, it } from 'vitest'
import type { RunSummary } from '@shared/run'
import { freeName, nameProblem, networkChoices } from './study-networks'

const summary = (id: string, kind: RunSummary['kind'], status: RunSummary['status'] = 'finished'): RunSummary => ({
  id, name: `Run ${id.slice(3, 4)}`, kind, status, createdAt: '2026-01-01T00:00:00.000Z', progress: 1, network: 'net', dataset: 'data', digitalTop1: null, noisyTop1: null, description: '', stale: false, problem: null
})

describe('names of networks in a study', () => {
  it('are free', () => {
    expect(freeName('HA-SGD', [])).toBe('HA-SGD')
    expect(freeName('Original', [])).toBe('Original 2')
    expect(freeName(' A ', ['A', 'A 2'])).toBe('A 3')
    expect(freeName('  ', [])).toBe('Fine-tuned')
    expect(freeName('x'.repeat(200), ['x'.repeat(56)])).toBe(`${'x'.repeat(56)} 2`)
  })

  it('are refused where they say nothing or something else', () => {
    expect(nameProblem('B', ['A'])).toBeNull()
    for (const name of ['', ' ', 'A', 'Original', 'x'.repeat(61)]) expect(nameProblem(name, ['A']), name).not.toBeNull()
  })
})

it('offers finished fine-tunings, and keeps what was chosen elsewhere', () => {
  const runs = [summary('0001-simulate', 'simulate'), summary('0002-finetune', 'finetune'), summary('0003-finetune', 'finetune', 'running'), summary('0004-finetune', 'finetune')]
  const choices = networkChoices(runs, [{ name: 'HA-SGD', network: { kind: 'run', runId: '0004-finetune' } }, { name: 'Mine', network: { kind: 'network', folder: 'mine-12345678' } }])
  expect(choices.map(({ label, name }) => [label, name])).toEqual([['Run 2 (0002)', null], ['Run 4 (0004)', 'HA-SGD'], ['mine-12345678', 'Mine']])
})
