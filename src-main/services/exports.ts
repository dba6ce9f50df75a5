/** Files prepared for a person to save: written to a temporary folder, where they stay until the program ends. */
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HandlerInput, RequestOutput } from '@shared/api'
import type { FinetuneResult } from '@shared/finetune'
import type { Hardware } from '@shared/hardware'
import { fail } from '@shared/problems'
import { named } from '@shared/own-device'
import type { FinetuneRun, RunRecord } from '@shared/run'
import type { HostAbilities } from './contract'
import { childName, safeName } from './names'
import type { OpenProject } from './open-project'
import { attributionTrialsCsv, attributionTrialsJson, curvatureStepsCsv, curvatureStepsJson, fidelityTrialsCsv, reportHtml, reportMarkdown, studyTrialsCsv, studyTrialsJson, trialsCsv, trialsJson, type ReportInput } from './report'
import { version } from '../../package.json'
import { timestamp, type Clock } from './clock'
import { readAttributionTrials, readCurvatureSteps, readReportedRun, readStudyTrials } from './reported-run'
import { failForFile } from './storage'

export interface TemporaryFolder {
  /** A new, empty folder in it. */
  make(): Promise<string>
  remove(): Promise<void>
}

export function createTemporaryFolder(): TemporaryFolder {
  let root: Promise<string> | null = null
  return {
    make: async () => {
      root ??= mkdtemp(join(tmpdir(), 'analog-cim-studio-'))
      const folder = join(await root, randomUUID())
      await mkdir(folder)
      return folder
    },
    remove: async () => {
      if (root !== null) await rm(await root, { recursive: true, force: true })
      root = null
    }
  }
}

export interface Exports {
  preview(project: OpenProject, runIds: string[]): Promise<RequestOutput<'report.preview'>>
  prepare(project: OpenProject, input: HandlerInput<'export.prepare'>): Promise<RequestOutput<'export.prepare'>>
  save(downloadId: string): Promise<RequestOutput<'export.save'>>
  file(downloadId: string): { path: string; fileName: string } | null
}

type Content = { fileName: string; text: string } | { fileName: string; copyOf: string }

export function createExports(temporary: TemporaryFolder, abilities: HostAbilities, clock: Clock): Exports {
  const prepared = new Map<string, { path: string; fileName: string }>()

  const reportInput = async (project: OpenProject, runIds: string[]): Promise<ReportInput> => ({
    title: project.name(), createdAt: timestamp(clock), appVersion: version,
    runs: await Promise.all(runIds.map((id) => readReportedRun(project.runs.folder(id))))
  })
  /** “Project - Run name”, without what a file name cannot hold. */
  const nameFor = (project: OpenProject, record: RunRecord): string => safeName(`${project.name()} - ${record.name}`, record.id)

  const content = async (project: OpenProject, input: HandlerInput<'export.prepare'>): Promise<Content> => {
    switch (input.what) {
      case 'report': {
        const report = await reportInput(project, input.runIds)
        const text = await (input.format === 'html' ? reportHtml(report) : reportMarkdown(report))
        return { fileName: `${safeName(`${project.name()} - report`, 'report')}.${input.format}`, text }
      }
      case 'trials': {
        const { run, trials, fidelityTrials = [], calibration } = await readReportedRun(project.runs.folder(input.runId))
        const fileName = `${nameFor(project, run)} - trials.${input.format}`
        if (run.kind === 'attribute') {
          const lines = await readAttributionTrials(project.runs.folder(input.runId))
          return { fileName, text: input.format === 'json' ? attributionTrialsJson(run, lines, calibration) : attributionTrialsCsv(lines) }
        }
        if (run.kind === 'curvature') {
          const steps = await readCurvatureSteps(project.runs.folder(input.runId))
          return { fileName, text: input.format === 'json' ? curvatureStepsJson(run, steps) : curvatureStepsCsv(run, steps) }
        }
        if (run.kind === 'study') {
          const lines = await readStudyTrials(project.runs.folder(input.runId))
          return { fileName, text: input.format === 'json' ? studyTrialsJson(run, lines) : studyTrialsCsv(run, lines) }
        }
        if (run.kind !== 'simulate') fail('REQUEST_INVALID', 'runId', 'A fine-tuning has no trials.', 'Export the report of a fine-tuning run.')
        if (input.format === 'json') return { fileName, text: trialsJson(run, [...trials, ...fidelityTrials], calibration) }
        return { fileName, text: fidelityTrials.length > 0 ? fidelityTrialsCsv(run, fidelityTrials) : trialsCsv(run, trials) }
      }
      case 'network': {
        const { network, record } = await fineTuned(project, input.runId)
        return { fileName: `${nameFor(project, record)}.onnx`, copyOf: network }
      }
      case 'hardware': {
        const hardware = input.runId === undefined ? project.settings().hardware : (await fineTuned(project, input.runId)).hardware
        return { fileName: `${safeName(hardware.name, 'hardware')}.json`, text: JSON.stringify(hardware, null, 2) + '\n' }
      }
      case 'device':
        return { fileName: `${safeName(input.content.name, 'device')}.json`, text: JSON.stringify({ schemaVersion: 1, ...named(input.content) }, null, 2) + '\n' }
    }
  }

  return {
    preview: async (project, runIds) => ({ html: await reportHtml(await reportInput(project, runIds)) }),
    prepare: async (project, input) => {
      const made = await content(project, input)
      const path = join(await temporary.make(), made.fileName)
      if ('text' in made) await writeFile(path, made.text)
      else await copyFile(made.copyOf, path).catch((thrown: unknown) => failForFile(thrown, made.fileName))
      const downloadId = randomUUID()
      prepared.set(downloadId, { path, fileName: made.fileName })
      return { downloadId, fileName: made.fileName, bytes: (await stat(path)).size }
    },
    save: async (downloadId) => {
      const file = prepared.get(downloadId)
      if (file === undefined) fail('HANDLE_UNKNOWN', 'downloadId', 'There is no prepared file of this number.', 'Export again.')
      if (abilities.saveAs === undefined) fail('REQUEST_INVALID', 'export.save', 'This host has no dialog for saving.', 'Download the prepared file instead.')
      const target = await abilities.saveAs(file.fileName)
      if (target === null) return { saved: false }
      await copyFile(file.path, target).catch((thrown: unknown) => failForFile(thrown, target))
      return { saved: true }
    },
    file: (downloadId) => prepared.get(downloadId) ?? null
  }
}

/** Path of the network that a fine-tuning run has made, and the hardware on which it was measured. Raises RUN_NOT_FINISHED, or REQUEST_INVALID for a simulation. */
export async function fineTuned(project: OpenProject, runId: string): Promise<{ network: string; hardware: Hardware; record: FinetuneRun & { result: FinetuneResult } }> {
  const record = await project.runs.read(runId)
  if (record.kind !== 'finetune') fail('REQUEST_INVALID', 'runId', 'Only a fine-tuning makes a network.', 'Choose a fine-tuning run.')
  const { result } = record
  if (result === null) fail('RUN_NOT_FINISHED', runId, `The run is ${record.status} and has no network yet.`)
  const name = childName(result.export.file, 'RUN_INVALID', `runs/${runId}/run.json.result.export.file`)
  return { network: join(project.runs.folder(runId), name), hardware: result.learnt?.hardware ?? record.config.hardware, record: { ...record, result } }
}
