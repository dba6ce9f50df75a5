/** The learning rate at each step. */
import type { Schedule } from '@shared/finetune'

/** Learning rate of step `step` (0 … totalSteps − 1). */
export function learningRateAt(schedule: Schedule, base: number, step: number, totalSteps: number, stepsPerEpoch: number): number {
  switch (schedule.kind) {
    case 'constant':
      return base
    case 'step':
      return base * schedule.factor ** Math.floor(step / stepsPerEpoch / schedule.everyEpochs)
    case 'cosine':
      return (base / 2) * (1 + Math.cos((Math.PI * step) / totalSteps))
  }
}
