/** The bundled sample: a network, its data and fitting settings in resources/sample, imported like anybody's files. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { fail } from '@shared/problems'
import { projectSettingsSchema } from '@shared/project'
import type { OpenProject } from './open-project'
import { failForFile } from './storage'
import { readFile } from 'node:fs/promises'

const settingsFile = 'settings.json'
const notData = /^(\.|readme|licen[cs]e|settings\.json$|.*\.(onnx|ts|md|json)$)/i

interface SampleFiles {
  network: string
  data: string
  settings: string | null
}

/** The sample's one .onnx file, its one folder or file of data, and settings.json if there is one. */
async function sampleFiles(resourcesFolder: string): Promise<SampleFiles> {
  const folder = join(resourcesFolder, 'sample')
  const names = await readdir(folder).catch((thrown: unknown) => failForFile(thrown, folder))
  const network = names.find((name) => name.endsWith('.onnx'))
  const data = names.find((name) => !notData.test(name))
  if (network === undefined || data === undefined) fail('FILE_NOT_FOUND', folder, 'The bundled sample is incomplete.', 'Install the program again.')
  return { network: join(folder, network), data: join(folder, data), settings: names.includes(settingsFile) ? join(folder, settingsFile) : null }
}

/** Imports the sample into an open, empty project. */
export async function fillWithSample(project: OpenProject, resourcesFolder: string): Promise<void> {
  const files = await sampleFiles(resourcesFolder)
  await project.useNetwork(await project.library.importNetwork(files.network, 'Import the sample network'))
  await project.useDataset(await project.library.importDataset(files.data, 'Import the sample data'))
  if (files.settings === null) return
  const parsed = projectSettingsSchema.safeParse(JSON.parse(await readFile(files.settings, 'utf8')))
  if (!parsed.success) throw new Error(`The sample's settings are malformed: ${z.prettifyError(parsed.error)}`)
  await project.saveSettings(parsed.data)
}
