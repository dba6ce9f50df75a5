/** From options to the settings of a project. Pure but for reading the hardware file. */
import { readFile } from 'node:fs/promises'
import type { DatasetSummary, Preprocessing } from '@shared/dataset'
import { preprocessingSchema } from '@shared/dataset'
import { finetuneSettingsSchema, type FinetuneSettings, type Schedule } from '@shared/finetune'
import { hardwareSchema, scaleGranularities, type Hardware } from '@shared/hardware'
import { fail, parseOrFail, ProblemError } from '@shared/problems'
import { simulationSettingsSchema, type SimulationSettings, type Sweep, type SweepParameterId, type SweepValue } from '@shared/simulation'
import { hardwareAt } from '@shared/sweep'
import { sweepOptions } from '../../services/report/command-line'
import { failForFile } from '../../services/storage'
import { parseChoice, parseInteger, parseNameSweep, parseNormalize, parseNumber, parseSweep, type ParsedSweep } from './arguments'
import type { HardwareOptions, InputOptions } from './options'

const largestSeed = 0xffffffff

/** Reads a hardware description. Raises FILE_NOT_FOUND, FILE_UNREADABLE, or HARDWARE_INVALID naming the field. */
export async function readHardware(file: string): Promise<Hardware> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => failForFile(thrown, file))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    fail('HARDWARE_INVALID', file, `The file is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`)
  }
  return parseOrFail(hardwareSchema, value, 'HARDWARE_INVALID', 'hardware')
}

/** The schema's complaint about a value, as a complaint about the option that gave it. */
function checkedAt(option: string, hardware: Hardware, parameter: SweepParameterId, value: SweepValue): Hardware {
  try {
    return hardwareAt(hardware, parameter, value)
  } catch (thrown) {
    if (thrown instanceof ProblemError) fail('ARGUMENT_INVALID', option, thrown.problem.message)
    throw thrown
  }
}

/**
 * `base` changed by the options; at most one of them may be a sweep. A swept parameter keeps its value of `base`: the
 * sweep sets it at each point.
 */
export function hardwareFrom(options: HardwareOptions, base: Hardware): { hardware: Hardware; sweep: Sweep | null } {
  let hardware = base
  let sweep: Sweep | null = null
  if (options.device !== undefined) parseChoice('--device', options.device, ['weight-referred'] as const)
  if (options.noise !== undefined) {
    hardware = { ...hardware, device: { ...hardware.device, distribution: parseChoice('--noise', options.noise, ['gaussian', 'uniform'] as const) } }
  }
  if (options.columns !== undefined) hardware = { ...hardware, array: { ...hardware.array, columns: parseInteger('--columns', options.columns, 0, 65536) } }
  const set = (parameter: SweepParameterId, parsed: ParsedSweep<SweepValue>): void => {
    const option = sweepOptions[parameter]
    const values = parsed.kind === 'single' ? [parsed.value] : parsed.values
    const [first] = values.map((value) => checkedAt(option, hardware, parameter, value))
    if (first === undefined) fail('ARGUMENT_INVALID', option, 'Found an empty list, expected at least one value.')
    if (parsed.kind === 'sweep') {
      if (sweep !== null) fail('ARGUMENT_INVALID', option, `Two sweeps were found (${sweepOptions[sweep.parameter]} and ${option}), expected at most one.`)
      sweep = { parameter, values }
    } else hardware = first
  }
  const unlimited = { unlimited: 0 }
  const ideal = { ideal: 0 }
  if (options.sigma !== undefined) set('sigma', parseSweep('--sigma', options.sigma))
  if (options.mu !== undefined) set('mu', parseSweep('--mu', options.mu))
  if (options.scale !== undefined) set('scale', parseNameSweep('--scale', options.scale, scaleGranularities))
  if (options.rows !== undefined) set('array-rows', parseSweep('--rows', options.rows, unlimited))
  if (options.adcBits !== undefined) set('adc-bits', parseSweep('--adc-bits', options.adcBits, ideal))
  if (options.dacBits !== undefined) set('dac-bits', parseSweep('--dac-bits', options.dacBits, ideal))
  return { hardware, sweep }
}

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
