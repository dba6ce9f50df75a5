/** What a simulation measures on each chip instance: accuracy, or for a network without classes the fidelity of its output. */
import type { Hardware } from '@shared/hardware'
import type { FidelityTrial, SimulationResult, SweepValue, Trial } from '@shared/simulation'
import { summarizeFidelity, summarizePoint, type Evaluator, type NoisyOptions, type PreparedProgram } from './evaluator'
import { fidelityTrials, TrialLog } from './trial-log'

export interface PlannedPoint {
  value: SweepValue | null
  hardware: Hardware
}

export interface Quality {
  /** Chip instances that are finished. */
  readonly trials: readonly { point: number; chipInstance: number }[]
  /** Images that worker threads put through for one of them. */
  readonly imagesOfTrial: number
  /** Runs chip instances of a point and keeps what they give. */
  measure(prepared: PreparedProgram, options: NoisyOptions): Promise<void>
  /** Statistics of the points that have trials so far. */
  results(): Pick<SimulationResult, 'points' | 'fidelity'>
}

interface QualityOptions {
  /** The network has no classes. */
  anyOutput: boolean
  points: readonly PlannedPoint[]
  /** Images of a chip instance. */
  images: number
}

/** Opens or begins the log of a run. */
export async function openQuality(file: string, evaluator: Evaluator, { anyOutput, points, images }: QualityOptions): Promise<Quality> {
  if (anyOutput) {
    const log = await TrialLog.openOf<FidelityTrial>(file, fidelityTrials)
    return {
      trials: log.trials,
      // The digital network runs beside each chip instance.
      imagesOfTrial: 2 * images,
      measure: (prepared, options) => evaluator.fidelities(prepared, options, (trial) => log.append(trial)),
      results: () => ({ points: [], fidelity: pointsWith(points, log.trials, ({ value, hardware }, trials) => summarizeFidelity(value, hardware, trials, images)) })
    }
  }
  const log = await TrialLog.open(file)
  return {
    trials: log.trials,
    imagesOfTrial: images,
    measure: (prepared, options) => evaluator.trials(prepared, options, (trial) => log.append(trial)),
    results: () => ({ points: pointsWith<Trial, SimulationResult['points'][number]>(points, log.trials, ({ value, hardware }, trials) => summarizePoint(value, hardware, trials, images)) })
  }
}

function pointsWith<T extends { point: number }, P>(points: readonly PlannedPoint[], trials: readonly T[], summarize: (point: PlannedPoint, trials: readonly T[]) => P): P[] {
  return points.flatMap((point, index) => {
    const own = trials.filter((trial) => trial.point === index)
    return own.length === 0 ? [] : [summarize(point, own)]
  })
}
