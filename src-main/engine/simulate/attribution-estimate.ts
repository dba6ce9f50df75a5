/** Time and memory of an attribution before it starts: its trials counted, a short one of the whole hardware timed. */
import type { Estimate } from '@shared/job'
import { evaluationRange } from '../data/split'
import { planAttributionRun } from '../resources/plan-run'
import type { EngineTasks, TaskControl } from '../tasks'
import type { ComputePool } from '../workers/pool'
import { layerNames, plannedWork } from './attribution'
import { planAttribution } from './attribution-plan'
import { basisOf, timeTrials } from './estimate'
import { Evaluator } from './evaluator'
import { calibrationRange } from './run-simulation'

export async function estimateAttribution(params: EngineTasks['estimate.attribute']['params'], control: TaskControl, pool: ComputePool): Promise<Estimate> {
  const { plan: chosen, opened: { network, dataset }, config } = await planAttributionRun(params)
  const { hardware, settings } = config
  const range = evaluationRange(dataset.summary, settings.images)
  const evaluator = new Evaluator({
    network, dataset, preprocessing: params.preprocessing, batch: settings.batch, calibrationRange: calibrationRange(dataset, range), pool, signal: control.signal
  })
  const plan = planAttribution(hardware, layerNames(network), settings)
  const work = plannedWork(plan, range.count, Math.min(range.count, settings.signalImages))
  const trials = work.reduce((sum, { instances }) => sum + instances.length, 0)
  const images = work.reduce((sum, each) => sum + each.instances.length * each.images, 0)
  const { perImage, perChip } = await timeTrials(evaluator, hardware, range, settings.batch)
  return {
    trials,
    images: range.count,
    seconds: (perImage * images + perChip * trials) / Math.min(chosen.workers, trials) + perImage * range.count,
    peakMegabytes: chosen.bytes / 1e6,
    basis: `${basisOf(perImage, perChip, chosen)} ${plan.points.length} points: effects alone, left out and one after another, and layers; points without anything drawn take one chip instance.`
  }
}
