/** The learning rate at each step, and how far noise has grown. */
import type { FinetuneSettings, Schedule } from '@shared/finetune'

/** Of PyTorch's OneCycleLR: the first learning rate is the largest over this, the last one the first over {@link lastDivisor}. */
const firstDivisor = 25
const lastDivisor = 10_000

/** Half a cosine from `from` to `to` as `done` goes from 0 to 1. */
const halfCosine = (from: number, to: number, done: number): number => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * done))

/** Learning rate of step `step` (0 … totalSteps − 1) by the schedule alone. */
export function learningRateAt(schedule: Schedule, base: number, step: number, totalSteps: number, stepsPerEpoch: number): number {
  switch (schedule.kind) {
    case 'constant':
      return base
    case 'step':
      return base * schedule.factor ** Math.floor(step / stepsPerEpoch / schedule.everyEpochs)
    case 'cosine':
      return halfCosine(base, 0, step / totalSteps)
    case 'one-cycle': {
      const last = totalSteps - 1
      const peak = schedule.peakAt * totalSteps - 1
      const first = base / firstDivisor
      if (peak > 0 && step <= peak) return halfCosine(first, base, step / peak)
      return halfCosine(base, first / lastDivisor, Math.max(0, step - peak) / Math.max(1, last - peak))
    }
  }
}

/** 0 … 1: how much of something that grows over `epochs` epochs is there at step `step`; the first step already has a part. */
export const rampAt = (epochs: number, step: number, stepsPerEpoch: number): number => (epochs === 0 ? 1 : Math.min(1, (step + 1) / (epochs * stepsPerEpoch)))

/** Learning rate of step `step` with warm-up. */
export const stepSize = (settings: FinetuneSettings, step: number, totalSteps: number, stepsPerEpoch: number): number =>
  rampAt(settings.warmupEpochs, step, stepsPerEpoch) * learningRateAt(settings.schedule, settings.learningRate, step, totalSteps, stepsPerEpoch)
