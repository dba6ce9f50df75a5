/** The command that repeats a run: the inverse of the command line's parser (a test holds the two together). */
import type { AttributionSettings } from '@shared/attribution'
import type { CurvatureSettings } from '@shared/curvature'
import type { Preprocessing } from '@shared/dataset'
import type { RunRecord } from '@shared/run'
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
  ...(settings.after === null ? [] : ['--after', settings.after.kind === 'run' ? `runs/${settings.after.runId}` : `models/${settings.after.folder}/source.onnx`])
]

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
  const { sweep } = run.config.settings
  if (sweep !== null) {
    const option = sweepOptions[sweep.parameter]
    const at = described.indexOf(option)
    if (at >= 0) described.splice(at, 2)
    described.push(option, `${sweep.values.join(',')}${sweep.values.length === 1 ? ',' : ''}`)
  }
  return [...words, ...described, ...imageFlags(run.config.settings)]
}

/** One line for a POSIX shell. */
export const commandLine = (run: RunRecord, paths: CommandPaths): string => commandWords(run, paths).map(shellWord).join(' ')
