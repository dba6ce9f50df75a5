/** Every task that a worker thread can be given, by kind. */
import { closeTrainingSessions, gradient, type GradientOutcome, type GradientTask } from '../finetune/gradient'
import { compareLayers, type CompareLayersOutcome, type CompareLayersTask } from './compare-layers'
import { calibrate, type CalibrateOutcome, type CalibrateTask } from './calibrate'
import { classify, type ClassifyOutcome, type ClassifyTask } from './compute'

export type ComputeTask = ClassifyTask | CalibrateTask | GradientTask | CompareLayersTask
export type ComputeResult<T extends ComputeTask> = T extends ClassifyTask
  ? ClassifyOutcome
  : T extends CalibrateTask
    ? CalibrateOutcome
    : T extends CompareLayersTask
      ? CompareLayersOutcome
      : GradientOutcome

export async function runComputeTask<T extends ComputeTask>(task: T): Promise<ComputeResult<T>> {
  switch (task.kind) {
    case 'classify':
      // Validation comes between the steps of a training: both at once would be the peak of the memory.
      await closeTrainingSessions()
      return (await classify(task)) as ComputeResult<T>
    case 'calibrate':
      return (await calibrate(task)) as ComputeResult<T>
    case 'compare-layers':
      return (await compareLayers(task)) as ComputeResult<T>
    case 'gradient':
      return (await gradient(task)) as ComputeResult<T>
  }
}
