/** acim demo: the whole job on the bundled sample, headless. */
import { realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { compactNumber, percent, percentInterval, type Table } from '@shared/charts'
import { accuracyOf } from '@shared/finetune'
import { hardwareSchema, type Hardware } from '@shared/hardware'
import type { ProjectSettings } from '@shared/project'
import type { FinetuneRun, SimulationRun } from '@shared/run'
import { makeFolder } from '../../services/make-folder'
import { readReportedRun } from '../../services/reported-run'
import { exportNetwork } from './export-network'
import { writeOut } from './output'
import { writeReport } from './report'
import { textTable } from './text-table'
import { withServices, type Outcome, type Workplace } from './workplace'

/** Sizes at which the demonstration takes about a minute on two cores. */
const sigmas = [0, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2]
const chipInstances = 20
const images = 600
const trainingSigma = 0.15
const finetuning = { epochs: 12, batch: 100, learningRate: 0.02, gradientNormClip: 1, validationImages: 500, validationChipInstances: 3, testImages: images, testChipInstances: chipInstances }

const hardwareWith = (base: Hardware, scaleGranularity: Hardware['representation']['scaleGranularity']): Hardware =>
  hardwareSchema.parse({ ...base, device: { ...base.device, sigma: trainingSigma }, representation: { ...base.representation, scaleGranularity } })

type Place = Omit<Workplace, 'projectFolder'>

async function sweep(place: Place, settings: ProjectSettings, hardware: Hardware, name: string): Promise<Outcome> {
  const simulation = { ...settings.simulation, sweep: { parameter: 'sigma' as const, values: sigmas }, chipInstances, images: { count: images, first: null } }
  await place.request('project.saveSettings', { settings: { ...settings, hardware, simulation } })
  return place.run('simulate', name)
}

/** One line per σ, one column per simulation. */
function summaryTable(runs: readonly SimulationRun[]): Table {
  return {
    columns: [{ key: 'sigma', label: 'σ', kind: 'number' }, ...runs.map((run, index) => ({ key: String(index), label: run.name, kind: 'number' as const }))],
    rows: sigmas.map((sigma, index) => [
      compactNumber(sigma),
      ...runs.map((run) => {
        const point = run.result?.points[index]
        return point === undefined ? null : percentInterval(point.top1.mean, point.top1.ci95)
      })
    ])
  }
}

export interface DemoOptions {
  out?: string
  workers?: string
  quiet?: boolean
}

export async function demo(options: DemoOptions): Promise<number> {
  const out = options.out ?? 'acim-demo'
  await makeFolder(out)
  const folder = await realpath(resolve(out))
  return withServices({ ...options, projectsFolder: folder }, async (place) => {
    const { settings, location } = await place.request('project.openSample', {})
    const names = ['original, one scale', 'original, bi-scale', 'fine-tuned, bi-scale'] as const
    const biScale = hardwareWith(settings.hardware, 'layer-bi-scale')
    const outcomes: Outcome[] = []
    const add = async (outcome: Promise<Outcome>): Promise<boolean> => {
      outcomes.push(await outcome)
      return !place.interrupted()
    }
    const tuneSettings = { ...settings, hardware: biScale, finetune: { ...settings.finetune, ...finetuning } }
    const tune = async (): Promise<Outcome> => {
      await place.request('project.saveSettings', { settings: tuneSettings })
      return place.run('finetune', `HA-SGD at σ = ${trainingSigma}`)
    }
    const complete =
      (await add(sweep(place, settings, hardwareWith(settings.hardware, 'network'), names[0]))) &&
      (await add(sweep(place, settings, biScale, names[1]))) &&
      (await add(tune())) &&
      (await place.request('network.useFineTuned', { runId: outcomes[2]?.run.id ?? '' })) !== null &&
      (await add(sweep(place, settings, biScale, names[2])))
    if (!complete) return 130

    const runs = outcomes.map((outcome) => outcome.run)
    const tuned = runs.find((run): run is FinetuneRun => run.kind === 'finetune')
    const simulations = runs.filter((run): run is SimulationRun => run.kind === 'simulate')
    if (tuned?.result === null || tuned === undefined) throw new Error('The fine-tuning has no result.')
    const exported = await exportNetwork(place, tuned.id, join(out, 'finetuned.onnx'))
    const reported = await Promise.all([...simulations, tuned].map((run) => readReportedRun(join(location, 'runs', run.id))))
    const title = 'Analog CIM Studio: demonstration on the bundled sample'
    await writeReport(reported, title, 'html', join(out, 'report.html'))
    await writeReport(reported, title, 'md', join(out, 'report.md'))
    const { before, after } = accuracyOf(tuned.result)
    await writeOut(
      [
        `Top-1 over ${chipInstances} chip instances and ${before.digital.images} images; digital ${percent(before.digital.top1)} before and ${percent(after.digital.top1)} after fine-tuning`,
        '',
        textTable(summaryTable(simulations)),
        '',
        ...[join(out, 'report.html'), join(out, 'report.md'), exported.file, location].map((path) => `  ${path}`)
      ].join('\n').replace(/\u00a0/g, ' ')
    )
    return 0
  })
}
