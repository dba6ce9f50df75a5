/** What simulate and finetune have in common before the run: import of network and data, settings of the project. */
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { attributionSettingsSchema, type AttributionSettings } from '@shared/attribution'
import { curvatureSettingsSchema, type CurvatureSettings } from '@shared/curvature'
import type { ComparedNetwork } from '@shared/compared-network'
import type { DatasetSummary, Preprocessing } from '@shared/dataset'
import { finetuneSettingsSchema, type FinetuneSettings } from '@shared/finetune'
import type { Hardware } from '@shared/hardware'
import type { InterfaceChoice, NetworkReport } from '@shared/network'
import { fail, type Problem } from '@shared/problems'
import { simulationSettingsSchema, type SimulationSettings } from '@shared/simulation'
import { studySettingsSchema, type StudySettings } from '@shared/study'
import { compactNumber } from '@shared/charts'
import { hashedName } from '../../services/names'
import type { InputOptions } from './options'
import { preprocessingFrom } from './settings'
import type { Workplace } from './workplace'

export interface Inputs {
  network: NetworkReport
  dataset: DatasetSummary
  preprocessing: Preprocessing
}

/** Raises FILE_NOT_FOUND with the path as it was typed, before anything is made. */
async function needFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found === null) fail('FILE_NOT_FOUND', path, 'There is no such file or folder.')
}

/** The input and output that the person named. */
export const choiceOf = ({ input, output }: { input?: string; output?: string }): InterfaceChoice =>
  ({ ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) })

export const checkModel = (model: string): Promise<void> => needFile(model)

export async function checkPaths(options: Pick<InputOptions, 'model' | 'data'>): Promise<void> {
  await needFile(options.model)
  await needFile(options.data)
}

/** Imports a network beside the one in use; the last import of a command must be that one. */
export async function importCompared(place: Workplace, path: string, choice: InterfaceChoice = {}): Promise<ComparedNetwork> {
  const { name, sha256 } = await place.request('network.import', { handle: place.services.registerPath(resolve(path)), choice })
  return { kind: 'network', folder: hashedName(name, sha256, 'network') }
}

/** The ONNX file that a path means, which may be the folder of a fine-tuning. Raises FILE_NOT_FOUND with the path as it was typed. */
export async function comparedFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found === null) fail('FILE_NOT_FOUND', path, 'There is no such file or folder.')
  if (!found.isDirectory()) return path
  const file = join(path, 'finetuned.onnx')
  if ((await stat(file).catch(() => null)) === null) fail('FILE_NOT_FOUND', path, 'The folder holds no finetuned.onnx.', 'Name the folder of a finished fine-tuning run, or an ONNX file.')
  return file
}

export async function importInputs(place: Workplace, options: InputOptions): Promise<Inputs> {
  const handle = (path: string): string => place.services.registerPath(resolve(path))
  const network = await place.request('network.import', { handle: handle(options.model), choice: choiceOf(options) })
  const dataset = await place.request('dataset.import', { handle: handle(options.data) })
  return { network, dataset, preprocessing: preprocessingFrom(options, dataset) }
}

/** Stores the settings in the project. What belongs to other kinds of run stays as it is there. */
export async function saveSettings(
  place: Workplace, hardware: Hardware, inputs: Inputs, settings: { simulation?: SimulationSettings; finetune?: FinetuneSettings; attribution?: AttributionSettings; curvature?: CurvatureSettings; study?: StudySettings }
): Promise<void> {
  const state = await place.request('project.current', {})
  await place.request('project.saveSettings', {
    settings: {
      ...state?.settings,
      hardware,
      preprocessing: inputs.preprocessing,
      simulation: settings.simulation ?? state?.settings.simulation ?? simulationSettingsSchema.parse({}),
      finetune: settings.finetune ?? state?.settings.finetune ?? finetuneSettingsSchema.parse({}),
      attribution: settings.attribution ?? state?.settings.attribution ?? attributionSettingsSchema.parse({}),
      curvature: settings.curvature ?? state?.settings.curvature ?? curvatureSettingsSchema.parse({}),
      study: settings.study ?? state?.settings.study ?? studySettingsSchema.parse({})
    }
  })
}

/** What was assumed, what the import of the data noticed, and what the hardware description cannot know. */
export function noteDefaults(place: Workplace, options: InputOptions, { network, preprocessing, dataset }: Inputs, warnings: readonly Problem[]): void {
  if (options.normalize === undefined) {
    place.noteLater(`No --normalize: images are used as v / ${compactNumber(preprocessing.divisor)} with mean 0 and standard deviation 1.`)
  }
  if (network.choices !== undefined) for (const note of network.notes.filter((text) => /^The network has \d+ (in|out)puts/.test(text))) place.noteLater(`Network: ${note}`)
  for (const note of dataset.notes) place.noteLater(`Data: ${note}`)
  for (const { where, message, tip } of warnings) place.noteLater(`Warning: ${where}: ${message} ${tip}`)
}
