/** A whole Monte-Carlo simulation: digital accuracy, then every chip instance of every point, resumable. */
import { join } from 'node:path'
import type { ImageRange } from '@shared/dataset'
import { fail } from '@shared/problems'
import type { SimulationConfig, SimulationResult } from '@shared/simulation'
import { hardwareAt } from '@shared/sweep'
import type { Dataset } from '../data/dataset'
import { checkPreprocessing } from '../data/preprocess'
import { evaluationRange, resolveSplits } from '../data/split'
import { openInputs, type Opened } from '../resources/inputs'
import type { RunParams, TaskControl } from '../tasks'
import type { ComputePool } from '../workers/pool'
import { imagesDone } from '../workers/signal'
import { CalibrationFile } from './calibration-file'
import { Evaluator } from './evaluator'
import { ProgramCache } from './program-cache'
import { openQuality, type PlannedPoint } from './quality'

/** The points of a simulation in order: one for each value of the sweep, or one. */
export function plannedPoints({ hardware, settings }: SimulationConfig): PlannedPoint[] {
  const { sweep } = settings
  if (sweep === null) return [{ value: null, hardware }]
  return sweep.values.map((value) => ({ value, hardware: hardwareAt(hardware, sweep.parameter, value) }))
}

/** Images that calibrate converters: training images if there are any, else (docs/method.md) the evaluated ones. */
export function calibrationRange(dataset: Dataset, evaluated: ImageRange): ImageRange {
  const { train } = resolveSplits(dataset.summary, { count: evaluated.count, first: evaluated.first })
  return train.count > 0 ? train : evaluated
}

/** How often progress is looked at inside a trial. */
const progressIntervalMilliseconds = 250

export async function runSimulation(
  params: RunParams & { config: SimulationConfig },
  control: TaskControl,
  pool: ComputePool,
  opened?: Opened
): Promise<SimulationResult> {
  const { config, runFolder } = params
  const { settings } = config
  const points = plannedPoints(config)
  control.report({ fraction: 0, activity: 'Reading the network and the data' })
  const { network, dataset } = opened ?? (await openInputs(params))
  checkPreprocessing(params.preprocessing, dataset.summary.shape[0])
  const range = evaluationRange(dataset.summary, settings.images)
  if (range.count === 0) fail('DATA_TOO_FEW_IMAGES', dataset.summary.name, 'There is no image to simulate with.')
  const anyOutput = network.output.classes === 0
  const evaluator = new Evaluator({
    anyOutput,
    network, dataset, preprocessing: params.preprocessing, batch: settings.batch,
    calibrationRange: calibrationRange(dataset, range), pool, signal: control.signal
  })

  const quality = await openQuality(join(runFolder, 'trials.jsonl'), evaluator, { anyOutput, points, images: range.count })
  if (!anyOutput) control.report({ fraction: 0, activity: 'Digital accuracy' })
  const digital = anyOutput ? null : await evaluator.digital(range)
  await control.checkpoint()

  const total = points.length * settings.chipInstances
  const imagesBefore = imagesDone(control.signal)
  const finishedBefore = quality.trials.length
  const fraction = (): number =>
    Math.min(1, Math.max(quality.trials.length, finishedBefore + (imagesDone(control.signal) - imagesBefore) / quality.imagesOfTrial) / total)
  let activity = 'Chip instances'
  let shown = -1
  // Statistics are made anew only when there is a new trial and time to show it.
  const report = (): void => {
    const partial = quality.trials.length === shown ? {} : { partial: { kind: 'simulate' as const, digital, ...quality.results() } }
    shown = quality.trials.length
    control.report({ fraction: fraction(), activity, ...partial })
  }
  const ticker = setInterval(report, progressIntervalMilliseconds)
  try {
    const programs = new ProgramCache(evaluator)
    const calibrations = new CalibrationFile(runFolder)
    for (const [index, point] of points.entries()) {
      const done = new Set(quality.trials.filter((trial) => trial.point === index).map(({ chipInstance }) => chipInstance))
      const missing = Array.from({ length: settings.chipInstances }, (_, i) => i).filter((i) => !done.has(i))
      if (missing.length === 0) continue
      activity = points.length === 1 ? 'Chip instances' : `Point ${index + 1} of ${points.length}`
      report()
      const prepared = await programs.get(point.hardware)
      await calibrations.keep({ kind: 'point', point: index, value: point.value }, prepared)
      const options = { hardware: point.hardware, range, seed: settings.seed, point: index, instances: missing }
      await quality.measure(prepared, options)
      report()
      await control.checkpoint()
    }
  } finally {
    clearInterval(ticker)
  }
  return { digital, ...quality.results(), classNames: anyOutput ? [] : dataset.summary.classNames, imageRange: range }
}
