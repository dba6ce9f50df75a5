/** Time and memory of a run before it starts, from a short trial of the run itself. */
import type { ImageRange } from '@shared/dataset'
import type { Hardware } from '@shared/hardware'
import type { Estimate } from '@shared/job'
import { evaluationRange } from '../data/split'
import type { ComputationPlan } from '../resources/plan'
import { planSimulation } from '../resources/plan-run'
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
  const { plan, opened: { network, dataset }, config } = await planSimulation(params)
  const { settings } = config
  const range = evaluationRange(dataset.summary, settings.images)
  const anyOutput = network.output.classes === 0
  const evaluator = new Evaluator({
    anyOutput, network, dataset, preprocessing: params.preprocessing, batch: settings.batch, calibrationRange: calibrationRange(dataset, range), pool, signal: control.signal
  })
  const points = plannedPoints(params.config)
  const { perImage, perChip } = await timeTrials(evaluator, points[points.length - 1]!.hardware, range, settings.batch, anyOutput)
  const trials = points.length * settings.chipInstances
  return {
    trials,
    images: range.count,
    // Accuracy takes the digital network once more; fidelity has it within each trial.
    seconds: ((perImage * range.count + perChip) * trials + (anyOutput ? 0 : perImage * range.count)) / Math.min(plan.workers, trials),
    peakMegabytes: plan.bytes / 1e6,
    basis: basisOf(perImage, perChip, plan)
  }
}

export interface TrialTime {
  /** Seconds of one image, and of making one chip instance. */
  perImage: number
  perChip: number
}

/** Times short trials of one chip instance. */
export async function timeTrials(evaluator: Evaluator, hardware: Hardware, range: ImageRange, batch: number, anyOutput = false): Promise<TrialTime> {
  const prepared = await evaluator.prepare(hardware)
  const time = async (batches: number): Promise<number> => {
    const part = { first: range.first, count: Math.min(range.count, batches * batch) }
    let seconds = 0
    const options = { hardware, range: part, seed: 0, point: 0, instances: [0] }
    const onTrial = async (trial: { seconds: number }): Promise<void> => void (seconds = trial.seconds)
    await (anyOutput ? evaluator.fidelities(prepared, options, onTrial) : evaluator.trials(prepared, options, onTrial))
    return seconds
  }
  await time(shortTrial)
  const short = await time(shortTrial)
  const enough = range.count >= longTrial * batch
  const long = enough ? await time(longTrial) : short
  const perImage = enough ? Math.max(0, long - short) / ((longTrial - shortTrial) * batch) : short / range.count
  return { perImage, perChip: enough ? Math.max(0, short - perImage * batch) : 0 }
}

/** What an estimate rests on, in words. */
export const basisOf = (perImage: number, perChip: number, plan: ComputationPlan): string =>
  `Measured: ${(perImage * 1000).toFixed(2)} ms an image and ${(perChip * 1000).toFixed(0)} ms a chip instance. ${planInWords(plan)}`

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Workers, threads and images per run. */
export const planInWords = ({ workers, threads, batch }: ComputationPlan): string =>
  `${counted(workers, 'worker')} with ${counted(threads, 'thread')} each, ${counted(batch, 'image')} at a time; memory is predicted from the shapes of the network.`
