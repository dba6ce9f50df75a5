/** Every task that a worker thread can be given, by kind. */
import type { Provider } from '@shared/providers'
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

/** Calibration and the comparison of layers stay on the CPU, whatever the provider: they are little work with many outputs. */
export async function runComputeTask<T extends ComputeTask>(task: T, provider: Provider): Promise<ComputeResult<T>> {
  switch (task.kind) {
    case 'classify':
      // Validation comes between the steps of a training: both at once would be the peak of the memory.
      await closeTrainingSessions()
      return (await classify(task, provider)) as ComputeResult<T>
    case 'calibrate':
      return (await calibrate(task)) as ComputeResult<T>
    case 'compare-layers':
      return (await compareLayers(task)) as ComputeResult<T>
    case 'gradient':
      return (await gradient(task, provider)) as ComputeResult<T>
  }
}
