/** Runs made by formula, for tests of reports. The names are hostile on purpose. */
import { errorMetricsOf, fidelityPointAt, pointAt, metricsOf } from '@shared/charts/fixtures'
import type { DatasetSummary } from '@shared/dataset'
import { activeEffects } from '@shared/effects'
import { finetuneConfigSchema } from '@shared/finetune'
import { hardwareSchema } from '@shared/hardware'
import type { NetworkReport } from '@shared/network'
import type { FinetuneRun, Provenance, SimulationRun } from '@shared/run'
import { simulationConfigSchema, type SimulationPoint, type Trial } from '@shared/simulation'
import { hardwareAt } from '@shared/sweep'
import type { ReportedRun } from './report-input'

export const hostileName = `</title><script>alert('x')</script>|"&\``

const classNames = ['circle', 'square', '<b>star</b>']
const hash = (digit: string): string => digit.repeat(64)

export const provenance: Provenance = {
  appVersion: '0.1.0', onnxRuntimeVersion: '1.30.0', nodeVersion: '20.20.2', platform: 'linux x64', processor: 'A processor',
  network: { name: 'shapes.onnx', folder: 'shapes', sha256: hash('a') },
  dataset: { name: 'my shapes', folder: 'shapes', sha256: hash('b'), preprocessing: { divisor: 255, mean: [0.5], std: [0.25] } }
}

const confusion = [[90, 8, 2], [4, 93, 3], [10, 5, 85]]
const digital = { top1: 0.98, top5: 1, images: 300, confusion: [[98, 1, 1], [1, 99, 0], [2, 1, 97]], seconds: 0.4, imagesPerSecond: 750 }

export const networkReport: NetworkReport = {
  name: hostileName, sha256: hash('a'), bytes: 123456, producer: 'pytorch', irVersion: 8, opset: 17, input: { name: 'x', shape: ['N', 1, 28, 28] },
  output: { name: 'y', classes: 3 }, batch: 'freed', parameters: 400906, analogParameters: 400906, macs: 400000, analogLayers: 1,
  nodes: [{
    name: 'fc', opType: 'Gemm', domain: '', placement: 'analog', reason: 'Matrix product with a constant weight.', parameters: 400906, macs: 400000, inputs: ['x'], outputs: ['y'],
    outputShape: ['N', 3], attributes: {}, matrix: { rows: 784, columns: 3, groups: 1, weightShape: [3, 784], hasBias: true, sharesArraysOf: null }
  }],
  notes: ['The batch dimension was made free.']
}

export const datasetSummary: DatasetSummary = {
  name: 'my shapes', format: 'idx', shape: [1, 28, 28], elementType: 'uint8', count: 1000, classNames, classCounts: [334, 333, 333], sourceSplits: null,
  channelMean: [0.13], channelStd: [0.3], divisor: 255, sha256: hash('b'), notes: []
}

const withConfusion = (point: SimulationPoint): SimulationPoint => ({
  ...point, confusion,
  activeEffects: activeEffects(hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: point.sigma } }))
})

export function simulationRun(sigmas: readonly number[] | null = [0, 0.05, 0.1, 0.15, 0.2], name = 'σ sweep'): SimulationRun {
  const config = simulationConfigSchema.parse({
    hardware: { name: 'CTT array' },
    settings: { sweep: sigmas === null ? null : { parameter: 'sigma', values: sigmas }, chipInstances: 10, images: { count: 300 }, seed: 7 }
  })
  return {
    schemaVersion: 1, id: '0001-simulate', name, status: 'finished', createdAt: '2026-01-02T03:04:05.000Z', finishedAt: '2026-01-02T03:05:05.000Z', progress: 1,
    provenance, activeEffects: activeEffects(config.hardware), problem: null, kind: 'simulate', config,
    result: {
      digital, classNames, imageRange: { first: 700, count: 300 },
      points: (sigmas ?? [null]).map((sigma) => withConfusion(pointAt(sigma, 0.98 - 2 * (sigma ?? 0.1) ** 1.3)))
    }
  }
}

/** A sweep of a network without classes. */
export function fidelityRun(sigmas: readonly number[] = [0, 0.05, 0.1], name = 'U-Net'): SimulationRun {
  const points = sigmas.map((sigma) => fidelityPointAt(sigma, sigma === 0 ? null : 20 - 20 * Math.log10(sigma), sigma === 0 ? ['exact', 'exact'] : []))
  return { ...simulationRun(sigmas, name), result: { digital: null, points: [], fidelity: points, classNames: [], imageRange: { first: 700, count: 300 } } }
}

/** A chip of conductances over time, with settings that differ from the default in every section. */
export function agedRun(times: readonly number[] = [0, 3600, 31_536_000]): SimulationRun {
  const hardware = hardwareSchema.parse({
    name: 'PCM chip', device: { kind: 'hermes', devices: 2 }, programming: { stuckAtMinimum: 0.001 }, slices: { weightBits: 8, bitsPerCell: 4 }, retention: { compensation: 'global' }, array: { rows: 256, columns: 128 },
    wires: { rowSegmentOhms: 0.5, columnSegmentOhms: 0.5 }, dac: { inputBits: 8, streaming: 'bit-serial' }, adc: { outputBits: 8, range: { kind: 'full-scale' } }, effects: { readNoise: false },
    digitalLayers: { first: true }, layers: { [hostileName]: { adc: { outputBits: 6 } }, fc: { digital: true } }
  })
  const config = simulationConfigSchema.parse({ hardware, settings: { sweep: { parameter: 'time', values: times }, chipInstances: 10, images: { count: 300 } } })
  const run = simulationRun(null, 'Ageing')
  return {
    ...run, config, activeEffects: activeEffects(hardware),
    result: {
      digital, classNames, imageRange: { first: 700, count: 300 },
      points: times.map((time, index) => ({ ...pointAt(time, 0.975 - index / 20), sigma: null, mu: null, confusion, activeEffects: activeEffects(hardwareAt(hardware, 'time', time)) }))
    }
  }
}

/** A fine-tuning of a network without classes. */
export function fidelityTuningRun(): FinetuneRun {
  const run = finetuneRun()
  if (run.result === null) throw new Error('The fixture is not whole')
  const exact = { decibels: null, exact: 1, silent: 0, overflow: 0 }
  return {
    ...run, name: 'Tuned U-Net',
    result: { ...run.result, classNames: [], history: errorMetricsOf(40), before: { digital: exact, noisy: fidelityPointAt(null, 20) }, after: { digital: fidelityPointAt(null, 36, [], 1).fidelity, noisy: fidelityPointAt(null, 24) } }
  }
}

export function finetuneRun(): FinetuneRun {
  const config = finetuneConfigSchema.parse({ hardware: { name: 'CTT array' }, settings: { seed: 7, schedule: { kind: 'step' } } })
  return {
    schemaVersion: 1, id: '0002-finetune', name: 'HA-SGD', status: 'finished', createdAt: '2026-01-02T03:06:05.000Z', finishedAt: '2026-01-02T03:09:05.000Z', progress: 1,
    provenance, activeEffects: activeEffects(config.hardware), problem: null, kind: 'finetune', config,
    result: {
      before: { digital, noisy: withConfusion(pointAt(null, 0.84)) }, after: { digital: { ...digital, top1: 0.977 }, noisy: withConfusion(pointAt(null, 0.96, 0.01)) },
      history: metricsOf(40), bestStep: 390, steps: 400, trainRange: { first: 0, count: 600 }, validationRange: { first: 600, count: 100 }, testRange: { first: 700, count: 300 },
      classNames, learnt: null, export: { file: 'finetuned.onnx', sha256: hash('c'), bytes: 1600000 }
    }
  }
}

export function trialsOf(run: SimulationRun): Trial[] {
  return (run.result?.points ?? []).flatMap((p, point) =>
    p.top1.values.map((top1, chipInstance) => ({ point, chipInstance, top1, top5: 1, loss: 0.5, confusion, seconds: 0.1 }))
  )
}

export const reported = (run: SimulationRun | FinetuneRun): ReportedRun => ({
  run, trials: run.kind === 'simulate' ? trialsOf(run) : [], calibration: null, network: networkReport, dataset: datasetSummary
})
