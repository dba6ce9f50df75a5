/** The options of fine-tuning: their help, and from options to settings. `services/report/finetune-flags.ts` is the way back. */
import type { Command } from 'commander'
import { finetuneSettingsSchema, trainingMethods, type DrawnRange, type FinetuneSettings, type Schedule, type WeightLimit } from '@shared/finetune'
import { fail, parseOrFail } from '@shared/problems'
import { parseChoice, parseInteger, parseNumber, parseRange } from './arguments'
import { seedFrom } from './settings'

/** All values are text, as typed; undefined where the option was not given. */
export interface FinetuneOptions {
  method?: string
  samples?: string
  antithetic?: boolean
  sigmaRange?: string
  muRange?: string
  noiseRamp?: string
  epochs?: string
  patience?: string
  lr?: string
  layerRates?: string
  freeze?: string
  warmup?: string
  momentum?: string
  nesterov?: boolean
  weightDecay?: string
  weightLimit?: string
  schedule?: string
  clip?: string
  learnRanges?: string
  teacher?: string
  crop?: string
  flip?: boolean
  batch?: string
  accumulate?: string
  trainImages?: string
  validationImages?: string
  validationInstances?: string
  testImages?: string
  images?: string
  instances?: string
  seed?: string
}

export const addFinetuneOptions = (command: Command): Command =>
  command
    .option('--method <name>', `what of the hardware acts while training: ${trainingMethods.join(', ')}; the last three are baselines (default: ha-sgd)`)
    .option('--samples <K>', 'noise samples per step of ha-sgd (default: 1)')
    .option('--antithetic', 'noise samples in pairs δ, −δ; needs an even K')
    .option('--sigma-range <from:to>', 'σ of the weight-referred device while training, drawn anew for each sample (default: that of the hardware)')
    .option('--mu-range <from:to>', 'μ likewise')
    .option('--noise-ramp <epochs>', 'the error of devices grows from 0 to its full size over so many epochs (default: 0)')
    .option('--epochs <number>', 'passes over the training images (default: 10)')
    .option('--patience <epochs>', 'ends when the validation accuracy under noise was not bettered for so many epochs; 0 goes to the end (default: 0)')
    .option('--batch <count>', 'images per batch (default: 200)')
    .option('--accumulate <count>', 'batches whose gradients are averaged for one step (default: 1)')
    .option('--lr <rate>', 'learning rate (default: 0.01)')
    .option('--freeze <node,…>', 'layers whose weights stay as they are, by the names that inspect gives; they err like all others')
    .option('--layer-rates <node=factor,…>', 'factors on the learning rate of single layers, by the names that inspect gives')
    .option('--schedule <kind>', 'of the learning rate: constant, cosine, step, step:epochs:factor, one-cycle, one-cycle:peak\n(default: cosine; step is step:60:0.2, one-cycle is one-cycle:0.3, the peak as a part of all steps)')
    .option('--warmup <epochs>', 'the learning rate rises from 0 over so many epochs (default: 0)')
    .option('--momentum <number>', 'momentum of SGD (default: 0.9)')
    .option('--nesterov', 'Nesterov’s momentum')
    .option('--weight-decay <number>', 'weight decay of SGD (default: 0.0005)')
    .option('--weight-limit <kind:number>', 'weights of a layer stay within deviations:D standard deviations or their percentile:P (default: none)')
    .option('--clip <norm>', 'largest Euclidean norm of the gradient; 0 does not clip (default: 0)')
    .option('--learn-ranges <which[:factor]>', 'full scales of converters that are learnt with the weights, layer by layer: dac, adc or both, and a factor on their learning rate\n(default: none, factor 1)')
    .option('--teacher <weight[:temperature]>', 'the digital network teaches: its share in the loss, 0 to 1, and the temperature of the scores (default: 0, temperature 4)')
    .option('--crop <pixels>', 'random shift of training images by at most so many pixels (default: 0)')
    .option('--flip', 'random horizontal flip of training images')
    .option('--train-images <count>', 'the first images of the training part; 0 is all that are not evaluated (default: 0)')
    .option('--validation-images <count>', 'of the end of the training images, for choosing the best checkpoint (default: 500)')
    .option('--validation-instances <count>', 'chip instances per validation (default: 3)')
    .option('--test-images <count>', 'images for the accuracy before and after; --images means the same (default: 2000, or all of a smaller test part)')
    .option('--images <count>', 'the same as --test-images')
    .option('--instances <count>', 'chip instances for the accuracy before and after (default: 10)')

const invalid = (option: string, found: string, expected: string): never => fail('ARGUMENT_INVALID', option, `Found "${found}", expected ${expected}.`)

/** `constant`, `cosine`, `step`, `step:epochs:factor`, `one-cycle` or `one-cycle:peak`. */
export function parseSchedule(text: string): Schedule {
  const [kind = '', first, second, ...rest] = text.split(':')
  const most = { constant: 0, cosine: 0, step: 2, 'one-cycle': 1 }
  const name = parseChoice('--schedule', kind, ['constant', 'step', 'cosine', 'one-cycle'] as const)
  const numbers = [first, second, ...rest].filter((part) => part !== undefined)
  if (numbers.length > most[name]) invalid('--schedule', text, 'constant, cosine, step, step:epochs:factor, one-cycle or one-cycle:peak')
  switch (name) {
    case 'constant':
    case 'cosine':
      return { kind: name }
    case 'one-cycle':
      return { kind: name, peakAt: first === undefined ? 0.3 : parseNumber('--schedule', first, 1e-6, 1) }
    case 'step':
      return {
        kind: name,
        everyEpochs: first === undefined ? 60 : parseNumber('--schedule', first, 1e-6),
        factor: second === undefined ? 0.2 : parseNumber('--schedule', second, 1e-6, 1)
      }
  }
}

/** `deviations:2`, `percentile:99.5` or `none`. */
function parseWeightLimit(text: string): WeightLimit {
  const [kind = '', amount, ...rest] = text.split(':')
  if (kind === 'none' && amount === undefined) return { kind }
  if (amount === undefined || rest.length > 0) return invalid('--weight-limit', text, 'deviations:2, percentile:99.5 or none')
  return parseChoice('--weight-limit', kind, ['deviations', 'percentile'] as const) === 'deviations'
    ? { kind: 'deviations', deviations: parseNumber('--weight-limit', amount, 1e-6, 100) }
    : { kind: 'percentile', percentile: parseNumber('--weight-limit', amount, 50, 100) }
}

/** `0.5` or `0.5:4`. */
function parseTeacher(text: string): { weight: number; temperature: number | undefined } {
  const [weight = '', temperature, ...rest] = text.split(':')
  if (rest.length > 0) return invalid('--teacher', text, 'a weight from 0 to 1, and behind a colon the temperature')
  return { weight: parseNumber('--teacher', weight, 0, 1), temperature: temperature === undefined ? undefined : parseNumber('--teacher', temperature, 1e-6, 1000) }
}

/** `dac`, `adc`, `both` or `none`, with a factor as `both:10`. */
function parseLearntRanges(text: string): FinetuneSettings['learntRanges'] {
  const [word = '', factor, ...rest] = text.split(':')
  if (rest.length > 0) return invalid('--learn-ranges', text, 'dac, adc, both or none, and behind a colon a factor on the learning rate')
  const which = parseChoice('--learn-ranges', word, ['none', 'dac', 'adc', 'both'] as const)
  return { dac: which === 'dac' || which === 'both', adc: which === 'adc' || which === 'both', learningRateFactor: factor === undefined ? 1 : parseNumber('--learn-ranges', factor, 1e-6, 1000) }
}

/** `NODE=0.1,NODE2=2`; names may hold `=`. */
function parseLayerRates(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const at = part.lastIndexOf('=')
      if (at <= 0) return invalid('--layer-rates', part, 'NODE=factor')
      return [part.slice(0, at), parseNumber('--layer-rates', part.slice(at + 1), 0, 1000)]
    })
  )
}

/** `testPart`: images that the data's own test part has, if it has one; the default asks for no more. */
export function finetuneFrom(options: FinetuneOptions, testPart: number | null): FinetuneSettings {
  const defaults = finetuneSettingsSchema.parse({})
  const given = <T>(text: string | undefined, read: (text: string) => T): T | undefined => (text === undefined ? undefined : read(text))
  const integer = (option: string, text: string | undefined, from: number, to: number): number | undefined => given(text, (value) => parseInteger(option, value, from, to))
  const number = (option: string, text: string | undefined, from: number, to: number): number | undefined => given(text, (value) => parseNumber(option, value, from, to))
  const range = (option: string, text: string | undefined, from: number): DrawnRange | undefined => given(text, (value) => parseRange(option, value, from))
  if (options.testImages !== undefined && options.images !== undefined) {
    fail('ARGUMENT_INVALID', '--images', 'Both --images and --test-images were given, which mean the same; expected one.')
  }
  const testImages = options.images === undefined ? integer('--test-images', options.testImages, 1, 1e9) : integer('--images', options.images, 1, 1e9)
  const settings = {
    method: given(options.method, (text) => parseChoice('--method', text, trainingMethods)),
    samples: integer('--samples', options.samples, 1, 64),
    antithetic: options.antithetic,
    noise: { sigma: range('--sigma-range', options.sigmaRange, 0), mu: range('--mu-range', options.muRange, -Infinity), rampEpochs: number('--noise-ramp', options.noiseRamp, 0, 10_000) },
    epochs: number('--epochs', options.epochs, 1e-6, 10_000),
    patienceEpochs: integer('--patience', options.patience, 0, 10_000),
    batch: integer('--batch', options.batch, 1, 4096),
    accumulation: integer('--accumulate', options.accumulate, 1, 1024),
    learningRate: number('--lr', options.lr, 1e-12, 10),
    frozenLayers: given(options.freeze, (text) => text.split(',').filter((name) => name !== '')),
    learningRateFactors: given(options.layerRates, parseLayerRates),
    schedule: given(options.schedule, parseSchedule),
    warmupEpochs: number('--warmup', options.warmup, 0, 10_000),
    momentum: number('--momentum', options.momentum, 0, 1),
    nesterov: options.nesterov,
    weightDecay: number('--weight-decay', options.weightDecay, 0, 1),
    weightLimit: given(options.weightLimit, parseWeightLimit),
    gradientNormClip: number('--clip', options.clip, 0, 1e9),
    learntRanges: given(options.learnRanges, parseLearntRanges),
    distillation: given(options.teacher, parseTeacher),
    augmentation: { cropPadding: integer('--crop', options.crop, 0, 64), horizontalFlip: options.flip },
    trainImages: integer('--train-images', options.trainImages, 0, 1e9),
    validationImages: integer('--validation-images', options.validationImages, 1, 1e9),
    validationChipInstances: integer('--validation-instances', options.validationInstances, 1, 1000),
    testImages: testImages ?? (testPart === null ? undefined : Math.max(1, Math.min(testPart, defaults.testImages))),
    testChipInstances: integer('--instances', options.instances, 1, 1000),
    seed: seedFrom(options.seed)
  }
  const withoutMissing: unknown = JSON.parse(JSON.stringify(settings))
  return parseOrFail(finetuneSettingsSchema, withoutMissing, 'ARGUMENT_INVALID', 'finetune')
}
