/**
 * Relaxation between measured states: the source gives mean and deviation of the conductance at each time, not how single
 * cells get there. Ours: what the spread gains is an independent normal addition (after write–verify a cell keeps its small
 * error and relaxes nevertheless); where the spread shrinks, cells move towards the mean. Mean and deviation at every time
 * are those of the source exactly.
 */
import { fillNormal, type StreamName } from '../../random/streams'

/** Mean and standard deviation of each cell at one time. */
export interface CellStatistics {
  mean: Float32Array
  deviation: Float32Array
}

/** Takes `values` that are distributed as `before` to the distribution `after`, in place. */
export function relax(values: Float32Array, before: CellStatistics, after: CellStatistics, stream: StreamName): void {
  const epsilon = new Float32Array(values.length)
  fillNormal(epsilon, stream)
  for (let i = 0; i < values.length; i++) {
    const from = before.deviation[i]!
    const to = after.deviation[i]!
    const error = values[i]! - before.mean[i]!
    values[i] = after.mean[i]! + (to >= from ? error + Math.sqrt(to * to - from * from) * epsilon[i]! : error * (to / from))
  }
}
