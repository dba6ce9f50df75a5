/** Time and memory of a study before it starts: its trials counted, a short one of the last representation timed. */
import type { Estimate } from '@shared/job'
import { evaluationRange } from '../data/split'
import { planStudy } from '../resources/plan-run'
import { basisOf, timeTrials } from '../simulate/estimate'
import { Evaluator } from '../simulate/evaluator'
import { calibrationRange } from '../simulate/run-simulation'
import type { EngineTasks, TaskControl } from '../tasks'
import type { ComputePool } from '../workers/pool'
import { plannedCells, trialsOf } from './study-plan'

export async function estimateStudy(params: EngineTasks['estimate.study']['params'], control: TaskControl, pool: ComputePool): Promise<Estimate> {
  const { plan, opened: { network, dataset, tuned }, config } = await planStudy(params)
  const { settings } = config
  const range = evaluationRange(dataset.summary, settings.images)
  const evaluator = new Evaluator({
    network, dataset, preprocessing: params.preprocessing, batch: settings.batch, calibrationRange: calibrationRange(dataset, range), pool, signal: control.signal
  })
  const cells = plannedCells(config)
  const { perImage, perChip } = await timeTrials(evaluator, cells[cells.length - 1]!.hardware, range, settings.batch)
  const networks = 1 + tuned.length
  const trials = networks * trialsOf(cells)
  return {
    trials,
    images: range.count,
    seconds: ((perImage * range.count + perChip) * trials) / plan.workers + networks * perImage * range.count,
    peakMegabytes: plan.bytes / 1e6,
    basis: `${basisOf(perImage, perChip, plan)} ${networks === 1 ? 'One network' : `${networks} networks`} at ${cells.length} points; points without anything drawn take one chip instance.`
  }
}
