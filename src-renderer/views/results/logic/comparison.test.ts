import { describe, expect, it } from 'vitest'
import { attributionConfigSchema } from '@shared/attribution'
import { accuracyAgainstSweep, chartPalettes, fidelityAgainstSweep } from '@shared/charts'
import { attributionPointAt, differenceOf, findingsOf } from '@shared/charts/attribution-fixtures'
import { fidelityPointAt, pointAt } from '@shared/charts/fixtures'
import { finetuneSettingsSchema } from '@shared/finetune'
import { hardwareSchema } from '@shared/hardware'
import type { AttributionRun, FinetuneRun, SimulationRun } from '@shared/run'
import { simulationSettingsSchema, type Sweep } from '@shared/simulation'
import { comparableFidelity, comparableSeries, measuresFidelity } from './chart-series'
import { differences, flatten } from './differences'

const digital = { top1: 0.98, top5: 1, images: 100, confusion: [], seconds: 1, imagesPerSecond: 100 }
const base = {
  schemaVersion: 1 as const, status: 'finished' as const, createdAt: '2026-01-01T00:00:00Z', finishedAt: null, progress: 1, activeEffects: [], problem: null,
  provenance: {
    appVersion: '1', onnxRuntimeVersion: '1', nodeVersion: '20', platform: 'p', processor: 'c', network: { name: 'n', folder: 'n', sha256: 'a'.repeat(64) },
    dataset: { name: 'd', folder: 'd', sha256: 'b'.repeat(64), preprocessing: { divisor: 255, mean: [0], std: [1] } }
  }
}
const simulation = (id: string, sweep: Sweep | null, sigma = 0.1): SimulationRun => ({
  ...base, id, name: id, kind: 'simulate',
  config: { hardware: hardwareSchema.parse({ device: { kind: 'weight-referred', sigma } }), settings: simulationSettingsSchema.parse({ sweep }) },
  result: { digital, points: (sweep?.values ?? [null]).map((value) => pointAt(value, 0.9)), classNames: [], imageRange: { first: 0, count: 100 } }
})
const finetune = (id: string): FinetuneRun => ({
  ...base, id, name: id, kind: 'finetune', config: { hardware: hardwareSchema.parse({}), settings: finetuneSettingsSchema.parse({}) },
  result: {
    before: { digital, noisy: pointAt(null, 0.8) }, after: { digital, noisy: pointAt(null, 0.9) }, history: [], bestStep: 1, steps: 1, trainRange: { first: 0, count: 1 }, validationRange: { first: 0, count: 1 },
    testRange: { first: 0, count: 1 }, classNames: [], learnt: null, export: { file: 'f', sha256: '', bytes: 1 }
  }
})

/** Of a network without classes. */
const fidelity = (id: string, sweep: Sweep | null): SimulationRun => ({
  ...simulation(id, sweep),
  result: { digital: null, points: [], fidelity: (sweep?.values ?? [null]).map((value) => fidelityPointAt(typeof value === 'number' ? value : null, 30)), classNames: [], imageRange: { first: 0, count: 100 } }
})

const attribution = (id: string, device: unknown = { kind: 'weight-referred', sigma: 0.07 }): AttributionRun => ({
  ...base, id, name: id, kind: 'attribute', config: attributionConfigSchema.parse({ hardware: { device }, settings: {} }),
  result: { ...findingsOf(), digital, all: attributionPointAt(['programmingError'], 0.85), loss: differenceOf(0.13), classNames: [], imageRange: { first: 0, count: 100 }, signalRange: null }
})

describe('differing parameters', () => {
  it('flatten to dotted paths, lists as one value', () => {
    expect([...flatten({ a: { b: [1, 2] }, c: null })]).toEqual([['a.b', '[1, 2]'], ['c', 'null']])
  })
  it('are exactly those that are not the same in all runs', () => {
    expect(differences([simulation('a', null, 0.1), simulation('b', null, 0.2)])).toEqual([{ path: 'hardware.device.sigma', values: ['0.1', '0.2'] }])
    expect(differences([simulation('a', null), simulation('b', null)])).toEqual([])
  })
})

describe('runs on one chart', () => {
  const sigma: Sweep = { parameter: 'sigma', values: [0, 0.1, 0.2] }
  it('draws sweeps of the same parameter, and a fine-tuning at its σ', () => {
    const { parameter, series, leftOut } = comparableSeries([simulation('a', sigma), finetune('f'), simulation('b', { parameter: 'adc-bits', values: [4, 8] })])
    expect(parameter).toBe('sigma')
    expect(series.map((each) => each.name)).toEqual(['a', 'f, before', 'f, after'])
    expect(series[1]?.points.map((point) => point.value)).toEqual([0.1])
    expect(leftOut).toEqual(['b'])
    expect(() => accuracyAgainstSweep(series, { palette: chartPalettes.light, parameter })).not.toThrow()
  })
  it('draws an attribution as its network with all effects, at its σ where its device has one', () => {
    const placed = (runs: Parameters<typeof comparableSeries>[0]) => comparableSeries(runs).series.map(({ name, points }) => [name, points[0]?.value, points[0]?.top1.mean.toFixed(2)])
    expect(placed([attribution('a'), attribution('b', { kind: 'hermes' })])).toEqual([['a', null, '0.85'], ['b', null, '0.85']])
    expect(placed([simulation('s', sigma), attribution('a')])).toEqual([['s', 0, '0.90'], ['a', 0.07, '0.85']])
    expect(comparableSeries([simulation('s', sigma), attribution('b', { kind: 'hermes' })]).leftOut).toEqual(['b'])
    expect(comparableSeries([simulation('s', { parameter: 'adc-bits', values: [4, 8] }), attribution('a')]).leftOut).toEqual(['a'])
  })
  it('draws runs of networks without classes by themselves', () => {
    const runs = [fidelity('a', sigma), simulation('s', sigma), fidelity('b', sigma), fidelity('c', { parameter: 'adc-bits', values: [4, 8] })]
    expect(runs.map(measuresFidelity)).toEqual([true, false, true, true])
    const { parameter, series, leftOut } = comparableFidelity(runs.filter(measuresFidelity))
    expect({ parameter, names: series.map(({ name }) => name), leftOut }).toEqual({ parameter: 'sigma', names: ['a', 'b'], leftOut: ['c'] })
    const exact = { decibels: null, exact: 1, silent: 0, overflow: 0 }
    const tuned: FinetuneRun = { ...finetune('t'), result: { ...finetune('t').result!, before: { digital: exact, noisy: fidelityPointAt(null, 20) }, after: { digital: exact, noisy: fidelityPointAt(null, 24) } } }
    expect([measuresFidelity(tuned), measuresFidelity(finetune('f'))]).toEqual([true, false])
    expect(comparableFidelity([fidelity('a', sigma), tuned]).series.map(({ name, points }) => [name, points[0]?.value])).toEqual([['a', 0], ['t, before', 0.1], ['t, after', 0.1]])
    expect(() => fidelityAgainstSweep(series, { palette: chartPalettes.light, parameter })).not.toThrow()
  })
  it('leaves out runs without a result', () => {
    expect(comparableSeries([{ ...simulation('a', null), result: null }])).toEqual({ parameter: null, series: [], leftOut: ['a'] })
  })
})
