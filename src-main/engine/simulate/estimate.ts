/** Time and memory of a run before it starts, from a short trial of the run itself. */
import type { Estimate } from '@shared/job'
import { openDataset } from '../data/dataset-store'
import { evaluationRange } from '../data/split'
import { openNetwork } from '../onnx/network-store'
import type { EngineTasks, TaskControl } from '../tasks'
import type { ComputePool } from '../workers/pool'
import { Evaluator } from './evaluator'
import { calibrationRange, plannedPoints } from './run-simulation'

/** Batches of the two timed trials; their difference parts the time of an image from that of making a chip instance. */
const shortTrial = 1
const longTrial = 3

export async function estimateSimulation(
  params: EngineTasks['estimate.simulate']['params'],
  control: TaskControl,
  pool: ComputePool
): Promise<Estimate> {
  const { settings } = params.config
  const network = await openNetwork(params.networkFolder)
  const dataset = await openDataset(params.datasetFolder)
  const range = evaluationRange(dataset.summary, settings.images)
  const evaluator = new Evaluator({
    network, dataset, preprocessing: params.preprocessing, batch: settings.batch, calibrationRange: calibrationRange(dataset, range), pool, signal: control.signal
  })
  const points = plannedPoints(params.config)
  const hardware = points[points.length - 1]!.hardware
  const before = process.memoryUsage().rss
  const prepared = await evaluator.prepare(hardware)
  const time = async (batches: number): Promise<number> => {
    const part = { first: range.first, count: Math.min(range.count, batches * settings.batch) }
    let seconds = 0
    await evaluator.trials(prepared, { hardware, range: part, seed: 0, point: 0, instances: [0] }, async (trial) => void (seconds = trial.seconds))
    return seconds
  }
  await time(shortTrial)
  const short = await time(shortTrial)
  const enough = range.count >= longTrial * settings.batch
  const long = enough ? await time(longTrial) : short
  const perImage = enough ? Math.max(0, long - short) / ((longTrial - shortTrial) * settings.batch) : short / range.count
  const perChip = enough ? Math.max(0, short - perImage * settings.batch) : 0
  const trials = points.length * settings.chipInstances
  const perWorker = Math.max(0, process.memoryUsage().rss - before)
  return {
    trials,
    images: range.count,
    seconds: ((perImage * range.count + perChip) * trials + perImage * range.count) / Math.min(params.workers, trials),
    peakMegabytes: (before + params.workers * perWorker) / 1e6,
    basis: `Measured: ${(perImage * 1000).toFixed(2)} ms an image and ${(perChip * 1000).toFixed(0)} ms a chip instance; ${params.workers} worker threads.`
  }
}
