/** Settings of fine-tuning in words, for reports, tables and summaries. */
import { trainingMethodNames, type DrawnRange, type FinetuneSettings, type Schedule } from './finetune'

/** What each method does, in one sentence. */
export const trainingMethodMeanings: Record<FinetuneSettings['method'], string> = {
  'ha-sgd': 'K draws of device errors per step, converters in the loop.',
  'noise-aware': 'One draw of device errors per step, converters in the loop: the baseline of noise injection.',
  'quantization-aware': 'No chance: levels, weight bits and converters in the loop, devices without error.',
  plain: 'Nothing of the hardware: what more training alone brings.'
}

const number = (value: number): string => String(value).replace(/^-/, '−')
const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`
const rangeText = ({ from, to }: DrawnRange): string => `${number(from)} … ${number(to)}`

function scheduleText(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'constant':
      return 'constant'
    case 'cosine':
      return 'half a cosine'
    case 'step':
      return `× ${schedule.factor} every ${plural(schedule.everyEpochs, 'epoch')}`
    case 'one-cycle':
      return `one cycle, largest at ${Math.round(schedule.peakAt * 100)} % of the steps`
  }
}

/** Which converters' ranges are learnt. */
function learntText({ dac, adc, learningRateFactor }: FinetuneSettings['learntRanges']): string | null {
  if (!dac && !adc) return null
  return `of ${[dac ? ['DACs'] : [], adc ? ['ADCs'] : []].flat().join(' and ')}, layer by layer${learningRateFactor === 1 ? '' : `, learning rate × ${learningRateFactor}`}`
}

/** Method, noise, optimiser and loss as labels and values; what is off is left out. */
export function finetuneFacts(settings: FinetuneSettings): [label: string, value: string][] {
  const { method, noise, weightLimit, distillation, learningRateFactors, augmentation } = settings
  const samples = method === 'ha-sgd' ? `, ${plural(settings.samples, 'noise sample')} per step${settings.antithetic ? ' in antithetic pairs' : ''}` : ''
  const noiseParts = [
    noise.sigma === null ? [] : [`σ drawn from ${rangeText(noise.sigma)}`],
    noise.mu === null ? [] : [`μ drawn from ${rangeText(noise.mu)}`],
    noise.rampEpochs === 0 ? [] : [`grows over ${plural(noise.rampEpochs, 'epoch')}`]
  ].flat()
  const rates = Object.entries(learningRateFactors)
  const augmented = [augmentation.cropPadding === 0 ? [] : [`shifts up to ${plural(augmentation.cropPadding, 'pixel')}`], augmentation.horizontalFlip ? ['mirrored'] : []].flat()
  const facts: [string, string | null][] = [
    ['Method', `${trainingMethodNames[method]}${samples}`],
    ['Noise in training', noiseParts.length === 0 ? null : noiseParts.join(', ')],
    ['Batch', settings.accumulation === 1 ? plural(settings.batch, 'image') : `${settings.accumulation} × ${plural(settings.batch, 'image')}`],
    ['Learning rate', `${settings.learningRate}, ${scheduleText(settings.schedule)}${settings.warmupEpochs === 0 ? '' : `, warm-up over ${plural(settings.warmupEpochs, 'epoch')}`}`],
    ['Frozen layers', settings.frozenLayers.length === 0 ? null : settings.frozenLayers.join(', ')],
    ['Learning rates of layers', rates.length === 0 ? null : rates.map(([node, factor]) => `${node} × ${factor}`).join(', ')],
    ['Momentum', `${settings.momentum}${settings.nesterov ? ', Nesterov' : ''}`],
    ['Weight decay', settings.weightDecay === 0 ? null : String(settings.weightDecay)],
    ['Gradient norm', settings.gradientNormClip === 0 ? null : `at most ${settings.gradientNormClip}`],
    ['Weights limited to', weightLimit.kind === 'none' ? null : weightLimit.kind === 'deviations' ? `${weightLimit.deviations} standard deviations of their layer` : `the ${weightLimit.percentile}th percentile of their layer`],
    ['Learnt ranges', learntText(settings.learntRanges)],
    ['Teacher', distillation.weight === 0 ? null : `the digital network, ${Math.round(distillation.weight * 100)} % of the loss, temperature ${distillation.temperature}`],
    ['Augmentation', augmented.length === 0 ? null : augmented.join(', ')],
    ['Ends early', settings.patienceEpochs === 0 ? null : `after ${plural(settings.patienceEpochs, 'epoch')} without a better validation`]
  ]
  return facts.flatMap(([label, value]) => (value === null ? [] : [[label, value] satisfies [string, string]]))
}
