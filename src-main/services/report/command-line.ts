/** The command that repeats a run: the inverse of the command line's parser (a test holds the two together). */
import type { AttributionSettings } from '@shared/attribution'
import type { CurvatureSettings } from '@shared/curvature'
import type { ComparedNetwork } from '@shared/compared-network'
import type { Preprocessing } from '@shared/dataset'
import type { RunRecord } from '@shared/run'
import type { Sweep } from '@shared/simulation'
import type { StudySettings } from '@shared/study'
import { finetuneFlags } from './finetune-flags'
import { hardwareFlags, optionsSuffice, sweepOptions } from './hardware-flags'

/** A word that any common shell passes on unchanged. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:,+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** `m1,m2,m3/s1,s2,s3` */
export const normalizeText = ({ mean, std }: Preprocessing): string => `${mean.join(',')}/${std.join(',')}`

/** `alone`, `digital`, `both` or `none`. */
export const layersWord = ({ layersAlone, layersDigital }: Pick<AttributionSettings, 'layersAlone' | 'layersDigital'>): string =>
  layersAlone ? (layersDigital ? 'both' : 'alone') : layersDigital ? 'digital' : 'none'

/** `none`, `line:21:0.5`, `plane:15:1`. */
export const landscapeText = ({ kind, points, extent }: CurvatureSettings['landscape']): string => (kind === 'none' ? kind : `${kind}:${points}:${extent}`)

const curvatureFlags = (settings: CurvatureSettings): string[] => [
  ...imageFlags(settings), '--probes', String(settings.probes), '--eigenvalues', String(settings.eigenvalues), '--iterations', String(settings.iterations),
  '--landscape', landscapeText(settings.landscape),
  ...(settings.after === null ? [] : ['--after', comparedPath(settings.after)])
]

/** Within the project's folder. */
const comparedPath = (network: ComparedNetwork): string => (network.kind === 'run' ? `runs/${network.runId}` : `models/${network.folder}/source.onnx`)

const studyFlags = (settings: StudySettings): string[] => [
  ...settings.tuned.flatMap(({ name, network }) => ['--tuned', `${name}=${comparedPath(network)}`]), '--scales', settings.scales.join(','), ...imageFlags(settings)
]

/** `words` without an option and its value. */
const without = (words: readonly string[], option: string): string[] => words.filter((word, at) => word !== option && words[at - 1] !== option)

/** Options of the hardware, one of which is swept. */
const withSweep = (described: readonly string[], sweep: Sweep | null): string[] =>
  sweep === null ? [...described] : [...without(described, sweepOptions[sweep.parameter]), sweepOptions[sweep.parameter], `${sweep.values.join(',')}${sweep.values.length === 1 ? ',' : ''}`]

const attributionFlags = (settings: AttributionSettings): string[] => [
  ...imageFlags(settings), '--layers', layersWord(settings), '--signal-images', String(settings.signalImages), ...(settings.ownSignal ? [] : ['--no-own-signal'])
]

/** Chip instances, images, seed and batch, as simulation and attribution have them. */
const imageFlags = ({ chipInstances, images, seed, batch }: Pick<AttributionSettings, 'chipInstances' | 'images' | 'seed' | 'batch'>): string[] => [
  '--instances', String(chipInstances), '--images', String(images.count), ...(images.first === null ? [] : ['--first-image', String(images.first)]),
  '--seed', String(seed), '--batch', String(batch)
]

export interface CommandPaths {
  model: string
  data: string
  /** File with the hardware of the run. */
  hardware: string
}

/** Words of the command, without a shell's quoting. */
export function commandWords(run: RunRecord, paths: CommandPaths): string[] {
  const { preprocessing } = run.provenance.dataset
  const { hardware } = run.config
  const words = [
    'acim', run.kind, '--model', paths.model, '--data', paths.data, '--normalize', normalizeText(preprocessing),
    '--divisor', String(preprocessing.divisor)
  ]
  const described = optionsSuffice(hardware) ? hardwareFlags(hardware) : ['--hardware', paths.hardware]
  if (run.kind === 'finetune') return [...words, ...described, ...finetuneFlags(run.config.settings), '--export', 'finetuned.onnx']
  if (run.kind === 'attribute') return [...words, ...described, ...attributionFlags(run.config.settings)]
  if (run.kind === 'curvature') return [...words, ...described, ...curvatureFlags(run.config.settings)]
  if (run.kind === 'study') return [...words, ...without(withSweep(described, run.config.settings.sweep), '--scale'), ...studyFlags(run.config.settings)]
  return [...words, ...withSweep(described, run.config.settings.sweep), ...imageFlags(run.config.settings)]
}

/** One line for a POSIX shell. */
export const commandLine = (run: RunRecord, paths: CommandPaths): string => commandWords(run, paths).map(shellWord).join(' ')
