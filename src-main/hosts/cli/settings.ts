/** From options to the settings of a project but for its hardware. Pure. */
import type { DatasetSummary, Preprocessing } from '@shared/dataset'
import { preprocessingSchema } from '@shared/dataset'
import { finetuneSettingsSchema, type FinetuneSettings, type Schedule } from '@shared/finetune'
import { fail, parseOrFail } from '@shared/problems'
import { simulationSettingsSchema, type SimulationSettings, type Sweep } from '@shared/simulation'
import { parseChoice, parseInteger, parseNormalize, parseNumber } from './arguments'
import type { InputOptions } from './options'

const largestSeed = 0xffffffff

/** Normalisation of the options for this data. */
export function preprocessingFrom(options: Pick<InputOptions, 'normalize' | 'divisor'>, dataset: Pick<DatasetSummary, 'elementType'>): Preprocessing {
  const divisor = options.divisor === undefined ? (dataset.elementType === 'uint8' ? 255 : 1) : parseNumber('--divisor', options.divisor, Number.MIN_VALUE)
  const { mean, std } = options.normalize === undefined ? { mean: [0], std: [1] } : parseNormalize('--normalize', options.normalize)
  return parseOrFail(preprocessingSchema, { divisor, mean, std }, 'ARGUMENT_INVALID', '--normalize')
}

export interface SimulationOptions {
  instances?: string
  images?: string
  firstImage?: string
  seed?: string
  batch?: string
}

const seedFrom = (seed: string | undefined): number => (seed === undefined ? 1 : parseInteger('--seed', seed, 0, largestSeed))

/** `available`: images that may be evaluated; the default asks for no more. */
export function simulationFrom(options: SimulationOptions, sweep: Sweep | null, available: number): SimulationSettings {
  const defaults = simulationSettingsSchema.parse({})
  return parseOrFail(
    simulationSettingsSchema,
    {
      sweep,
      chipInstances: options.instances === undefined ? defaults.chipInstances : parseInteger('--instances', options.instances, 1, 100_000),
      images: {
        count: options.images === undefined ? Math.max(1, Math.min(defaults.images.count, available)) : parseInteger('--images', options.images, 1, 1e9),
        first: options.firstImage === undefined ? null : parseInteger('--first-image', options.firstImage, 0, 1e9)
      },
      seed: seedFrom(options.seed),
      batch: options.batch === undefined ? defaults.batch : parseInteger('--batch', options.batch, 1, 4096)
    },
    'SIMULATION_INVALID', 'simulation'
  )
}

export interface FinetuneOptions {
  samples?: string
  antithetic?: boolean
  epochs?: string
  lr?: string
  momentum?: string
  weightDecay?: string
  schedule?: string
  clip?: string
  crop?: string
  flip?: boolean
  batch?: string
  trainImages?: string
  validationImages?: string
  validationInstances?: string
  testImages?: string
  images?: string
  instances?: string
  seed?: string
}

/** `constant`, `cosine`, `step` or `step:epochs:factor`. */
export function parseSchedule(text: string): Schedule {
  const [kind = '', epochs, factor, ...rest] = text.split(':')
  if (rest.length > 0 || (kind !== 'step' && epochs !== undefined)) fail('ARGUMENT_INVALID', '--schedule', `Found "${text}", expected constant, cosine, step or step:epochs:factor.`)
  switch (parseChoice('--schedule', kind, ['constant', 'step', 'cosine'] as const)) {
    case 'constant':
      return { kind: 'constant' }
    case 'cosine':
      return { kind: 'cosine' }
    case 'step':
      return {
        kind: 'step',
        everyEpochs: epochs === undefined ? 60 : parseNumber('--schedule', epochs, 1e-6),
        factor: factor === undefined ? 0.2 : parseNumber('--schedule', factor, 1e-6, 1)
      }
  }
}

/** `testPart`: images that the data's own test part has, if it has one; the default asks for no more. */
export function finetuneFrom(options: FinetuneOptions, testPart: number | null): FinetuneSettings {
  const defaults = finetuneSettingsSchema.parse({})
  const integer = (option: string, text: string | undefined, from: number, to: number): number | undefined =>
    text === undefined ? undefined : parseInteger(option, text, from, to)
  const number = (option: string, text: string | undefined, from: number, to: number): number | undefined =>
    text === undefined ? undefined : parseNumber(option, text, from, to)
  if (options.testImages !== undefined && options.images !== undefined) {
    fail('ARGUMENT_INVALID', '--images', 'Both --images and --test-images were given, which mean the same; expected one.')
  }
  const testImages = options.images === undefined ? integer('--test-images', options.testImages, 1, 1e9) : integer('--images', options.images, 1, 1e9)
  const given = {
    samples: integer('--samples', options.samples, 1, 64),
    antithetic: options.antithetic,
    epochs: number('--epochs', options.epochs, 1e-6, 10_000),
    batch: integer('--batch', options.batch, 1, 4096),
    learningRate: number('--lr', options.lr, 1e-12, 10),
    schedule: options.schedule === undefined ? undefined : parseSchedule(options.schedule),
    momentum: number('--momentum', options.momentum, 0, 1),
    weightDecay: number('--weight-decay', options.weightDecay, 0, 1),
    gradientNormClip: number('--clip', options.clip, 0, 1e9),
    augmentation: { cropPadding: integer('--crop', options.crop, 0, 64), horizontalFlip: options.flip },
    trainImages: integer('--train-images', options.trainImages, 0, 1e9),
    validationImages: integer('--validation-images', options.validationImages, 1, 1e9),
    validationChipInstances: integer('--validation-instances', options.validationInstances, 1, 1000),
    testImages: testImages ?? (testPart === null ? undefined : Math.max(1, Math.min(testPart, defaults.testImages))),
    testChipInstances: integer('--instances', options.instances, 1, 1000),
    seed: seedFrom(options.seed)
  }
  const withoutMissing: unknown = JSON.parse(JSON.stringify(given))
  return parseOrFail(finetuneSettingsSchema, withoutMissing, 'ARGUMENT_INVALID', 'finetune')
}
