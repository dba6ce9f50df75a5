/** From settings of fine-tuning to the options that mean them: the inverse of the command line's parser (a test holds the two together). */
import type { DrawnRange, FinetuneSettings, Schedule, WeightLimit } from '@shared/finetune'

function scheduleText(schedule: Schedule): string {
  if (schedule.kind === 'step') return `step:${schedule.everyEpochs}:${schedule.factor}`
  return schedule.kind === 'one-cycle' ? `one-cycle:${schedule.peakAt}` : schedule.kind
}

const limitText = (limit: WeightLimit): string =>
  limit.kind === 'deviations' ? `deviations:${limit.deviations}` : limit.kind === 'percentile' ? `percentile:${limit.percentile}` : 'none'

const rangeText = ({ from, to }: DrawnRange): string => `${from}:${to}`

function learntText({ dac, adc, learningRateFactor }: FinetuneSettings['learntRanges']): string {
  const which = dac ? (adc ? 'both' : 'dac') : adc ? 'adc' : 'none'
  return learningRateFactor === 1 ? which : `${which}:${learningRateFactor}`
}

export function finetuneFlags(settings: FinetuneSettings): string[] {
  const { augmentation, noise, distillation, learningRateFactors } = settings
  /** The option with its value, where it differs from the default. */
  const unless = (standard: boolean, ...words: string[]): string[] => (standard ? [] : words)
  const rates = Object.entries(learningRateFactors)
  return [
    ...unless(settings.method === 'ha-sgd', '--method', settings.method),
    '--samples', String(settings.samples), ...(settings.antithetic ? ['--antithetic'] : []),
    ...(noise.sigma === null ? [] : ['--sigma-range', rangeText(noise.sigma)]), ...(noise.mu === null ? [] : ['--mu-range', rangeText(noise.mu)]),
    ...unless(noise.rampEpochs === 0, '--noise-ramp', String(noise.rampEpochs)),
    '--epochs', String(settings.epochs), ...unless(settings.patienceEpochs === 0, '--patience', String(settings.patienceEpochs)),
    '--batch', String(settings.batch), ...unless(settings.accumulation === 1, '--accumulate', String(settings.accumulation)),
    '--lr', String(settings.learningRate), '--schedule', scheduleText(settings.schedule), ...unless(settings.warmupEpochs === 0, '--warmup', String(settings.warmupEpochs)),
    ...unless(settings.frozenLayers.length === 0, '--freeze', settings.frozenLayers.join(',')),
    ...unless(rates.length === 0, '--layer-rates', rates.map(([node, factor]) => `${node}=${factor}`).join(',')),
    '--momentum', String(settings.momentum), ...(settings.nesterov ? ['--nesterov'] : []), '--weight-decay', String(settings.weightDecay),
    ...unless(settings.weightLimit.kind === 'none', '--weight-limit', limitText(settings.weightLimit)),
    ...unless(settings.gradientNormClip === 0, '--clip', String(settings.gradientNormClip)),
    ...unless(learntText(settings.learntRanges) === 'none', '--learn-ranges', learntText(settings.learntRanges)),
    ...unless(distillation.weight === 0, '--teacher', `${distillation.weight}:${distillation.temperature}`),
    ...unless(augmentation.cropPadding === 0, '--crop', String(augmentation.cropPadding)),
    ...(augmentation.horizontalFlip ? ['--flip'] : []),
    '--train-images', String(settings.trainImages), '--validation-images', String(settings.validationImages),
    '--validation-instances', String(settings.validationChipInstances), '--test-images', String(settings.testImages),
    '--instances', String(settings.testChipInstances), '--seed', String(settings.seed)
  ]
}
