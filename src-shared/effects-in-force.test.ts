import { describe, expect, it } from 'vitest'
import { pointAt } from './charts/fixtures'
import { activeEffects } from './effects'
import { effectsInForce } from './effects-in-force'
import { hardwareSchema } from './hardware'
import type { SimulationRun } from './run'
import { simulationConfigSchema, type SimulationPoint, type Sweep } from './simulation'
import { hardwareAt } from './sweep'

/** A finished sweep as the engine stores it: each point with its own effects. */
function sweptRun(hardware: unknown, sweep: Sweep | null): { run: SimulationRun; points: SimulationPoint[] } {
  const config = simulationConfigSchema.parse({ hardware, settings: { sweep } })
  const points = (sweep?.values ?? []).map((value) => ({
    ...pointAt(value, 0.9), sigma: null, mu: null, activeEffects: sweep === null ? [] : activeEffects(hardwareAt(config.hardware, sweep.parameter, value))
  }))
  const run: SimulationRun = {
    schemaVersion: 1, id: '0001-simulate', name: 'run', status: 'finished', createdAt: '2026-01-02T03:04:05.000Z', finishedAt: null, progress: 1, problem: null, kind: 'simulate', config, result: null,
    activeEffects: activeEffects(config.hardware),
    provenance: {
      appVersion: '0', onnxRuntimeVersion: '0', nodeVersion: '0', platform: '', processor: '', network: { name: '', folder: '', sha256: '' },
      dataset: { name: '', folder: '', sha256: '', preprocessing: { divisor: 1, mean: [0], std: [1] } }
    }
  }
  return { run, points }
}
const listed = (hardware: unknown, sweep: Sweep | null): [string, string, string[] | undefined][] => {
  const { run, points } = sweptRun(hardware, sweep)
  return effectsInForce(run, points).map(({ switch: key, description, layers }) => [key, description, layers])
}
const still = { kind: 'weight-referred', sigma: 0 }

describe('effects of a run', () => {
  it('are those of the hardware without a sweep, and before the first point of one', () => {
    expect(listed({}, null).map(([key]) => key)).toEqual(['programmingError'])
    const { run } = sweptRun({}, { parameter: 'sigma', values: [0] })
    expect(effectsInForce(run, [])).toEqual(run.activeEffects)
  })

  it('are those of the points, with the numbers of the last point that has them', () => {
    expect(listed({ device: { kind: 'generic', driftExponentMean: 0.1, sigma: 0 } }, { parameter: 'time', values: [0, 60, 86_400] })).toEqual([['drift', 'Swept; 1 day after programming: Inference 1 day after programming.', undefined]])
    expect(listed({ device: still }, { parameter: 'adc-bits', values: [4, 8, 0] })).toEqual([['outputQuantization', expect.stringMatching(/^Swept; at ADC bits 8: 8-bit partial sums/), undefined]])
    expect(listed({ device: still }, { parameter: 'dac-bits', values: [8] })).toEqual([['inputQuantization', expect.stringMatching(/^8-bit inputs/), undefined]])
    expect(listed({}, { parameter: 'sigma', values: [0] })).toEqual([])
  })

  it('keep the forms of single layers apart from that of all others', () => {
    const hardware = { device: still, layers: { fc: { adc: { outputBits: 4 } } } }
    expect(listed(hardware, { parameter: 'adc-bits', values: [6, 8] })).toEqual([
      ['outputQuantization', expect.stringMatching(/^Swept; at ADC bits 8: 8-bit/), undefined],
      ['outputQuantization', expect.stringMatching(/^4-bit/), ['fc']]
    ])
  })

  it('do not call a form swept that for one point is the same as the general one', () => {
    const hardware = { device: still, layers: { fc: { adc: { outputBits: 4 } } } }
    expect(listed(hardware, { parameter: 'adc-bits', values: [4, 8] })).toEqual([
      ['outputQuantization', expect.stringMatching(/^Swept; at ADC bits 8: 8-bit/), undefined],
      ['outputQuantization', expect.stringMatching(/^4-bit/), ['fc']]
    ])
  })

  it('are in the order in which they act', () => {
    const hardware = hardwareSchema.parse({ dac: { inputBits: 8 }, adc: { outputBits: 8 }, slices: { weightBits: 4 } })
    expect(listed(hardware, { parameter: 'sigma', values: [0.1] }).map(([key]) => key)).toEqual(['weightQuantization', 'programmingError', 'inputQuantization', 'outputQuantization'])
  })
})
