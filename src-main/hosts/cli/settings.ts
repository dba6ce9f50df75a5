/** From options to the settings of a project but for its hardware and its fine-tuning. Pure. */
import type { DatasetSummary, Preprocessing } from '@shared/dataset'
import { preprocessingSchema } from '@shared/dataset'
import { parseOrFail } from '@shared/problems'
import { simulationSettingsSchema, type SimulationSettings, type Sweep } from '@shared/simulation'
import { parseInteger, parseNormalize, parseNumber } from './arguments'
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

/** Seed of the options. */
export const seedFrom = (seed: string | undefined): number => (seed === undefined ? 1 : parseInteger('--seed', seed, 0, largestSeed))

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
      batch: options.batch === undefined ? defaults.batch : parseInteger('--batch', options.batch, 0, 4096)
    },
    'SIMULATION_INVALID', 'simulation'
  )
}
