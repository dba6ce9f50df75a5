/** Plans a run from its parameters: opens what it computes with, which the run then goes on with, and chooses for the machine. */
import type { AttributionConfig } from '@shared/attribution'
import type { CurvatureConfig } from '@shared/curvature'
import type { FinetuneConfig } from '@shared/finetune'
import type { SimulationConfig } from '@shared/simulation'
import type { StudyConfig } from '@shared/study'
import { chunksTogether } from '../curvature/loss-surface'
import { partsOf } from '../finetune/mini-batch'
import { analogLayers } from '../onnx/classify'
import type { Network } from '../onnx/network'
import { plannedPoints } from '../simulate/run-simulation'
import { openStudy, type OpenedStudy } from '../study/study-networks'
import { plannedCells, trialsOf } from '../study/study-plan'
import type { RunParams } from '../tasks'
import type { NetworkSource } from './compared'
import { finetuneDemand, heldNetworkBytes, simulationDemand } from './demand'
import { openInputs, type Opened } from './inputs'
import { automaticBatch, planComputation, type ComputationPlan, type Demand } from './plan'

export type Planned<C, O extends Opened = Opened> = { plan: ComputationPlan; opened: O; config: C }

type Inputs = Omit<RunParams, 'runFolder'>

const machineOf = ({ workers, memoryMegabytes = Infinity }: Inputs) => ({ cores: workers, memoryBytes: memoryMegabytes * 1e6 })

const wantedBatch = (batch: number, network: Network): number => (batch === 0 ? automaticBatch(network.report.macs) : batch)

/** The output that is compared where there are no classes. */
const fidelityOutputs = ({ output }: Network): string[] => (output.classes === 0 ? [output.name] : [])

/** With the number of images per run in place of 0. */
export async function planSimulation(params: Inputs & { config: SimulationConfig }): Promise<Planned<SimulationConfig>> {
  const opened = await openInputs(params)
  const { settings } = params.config
  const options = { tasks: settings.chipInstances, batch: wantedBatch(settings.batch, opened.network), datasetBytes: opened.dataset.pixels.byteLength, compared: fidelityOutputs(opened.network) }
  const plan = planComputation(machineOf(params), largestDemand(plannedPoints(params.config).map(({ hardware }) => simulationDemand(opened.network, hardware, options))))
  return { plan, opened, config: { ...params.config, settings: { ...settings, batch: plan.batch } } }
}

/** The point of a sweep that needs the most decides. */
const largestDemand = (demands: readonly Demand[]): Demand => ({
  ...demands[0]!,
  fixedBytes: Math.max(...demands.map(({ fixedBytes }) => fixedBytes)),
  workerBytes: (batch) => Math.max(...demands.map(({ workerBytes }) => workerBytes(batch))),
  betweenBytes: (workers, batch) => Math.max(...demands.map(({ betweenBytes }) => betweenBytes?.(workers, batch) ?? 0))
})

/** Points of one network in one representation are computed side by side. Problem STUDY_INVALID when a network has other layers than the one in use. */
export async function planStudy(params: Inputs & { config: StudyConfig; tuned: readonly NetworkSource[] }): Promise<Planned<StudyConfig, OpenedStudy>> {
  const opened = await openStudy(params)
  const { settings } = params.config
  const cells = plannedCells(params.config)
  const options = {
    tasks: Math.max(...settings.scales.map((scale) => trialsOf(cells.filter((cell) => cell.scale === scale)))),
    batch: wantedBatch(settings.batch, opened.network), datasetBytes: opened.dataset.pixels.byteLength, compared: []
  }
  const demand = largestDemand(cells.map(({ hardware }) => simulationDemand(opened.network, hardware, options)))
  const plan = planComputation(machineOf(params), { ...demand, fixedBytes: demand.fixedBytes + opened.tuned.reduce((sum, network) => sum + heldNetworkBytes(network), 0) })
  return { plan, opened, config: { ...params.config, settings: { ...settings, batch: plan.batch } } }
}

/** Attribution has many points, so every core has a task of its own. */
export async function planAttributionRun(params: Inputs & { config: AttributionConfig }): Promise<Planned<AttributionConfig>> {
  const opened = await openInputs(params)
  const { settings, hardware } = params.config
  const plan = planComputation(machineOf(params), simulationDemand(opened.network, hardware, {
    tasks: Infinity, batch: wantedBatch(settings.batch, opened.network), datasetBytes: opened.dataset.pixels.byteLength,
    compared: settings.signalImages === 0 ? [] : analogLayers(opened.network).map(({ output }) => output)
  }))
  return { plan, opened, config: { ...params.config, settings: { ...settings, batch: plan.batch } } }
}

export async function planFinetune(params: Inputs & { config: FinetuneConfig }): Promise<Planned<FinetuneConfig>> {
  const opened = await openInputs(params)
  const { settings } = params.config
  const parts = partsOf(settings.batch, opened.network)
  const tasks = Math.max(parts, settings.testChipInstances, settings.validationChipInstances)
  const teacher = opened.network.output.classes === 0 || settings.distillation.weight > 0
  const plan = planComputation(machineOf(params), finetuneDemand(opened.network, params.config.hardware, { tasks, partImages: settings.batch / parts, teacher, datasetBytes: opened.dataset.pixels.byteLength }))
  return { plan, opened, config: params.config }
}

/** Chunks of a loss surface are computed side by side as the parts of a mini-batch are, with about as many vectors around them. */
export async function planCurvature(params: Inputs & { config: CurvatureConfig }): Promise<Planned<CurvatureConfig>> {
  const opened = await openInputs(params)
  const { settings } = params.config
  const { images } = settings
  const batch = Math.min(images.count, wantedBatch(settings.batch, opened.network))
  const parts = partsOf(batch, opened.network)
  const chunk = settings.batch === 0 ? Math.max(1, Math.floor((batch * Math.min(chunksTogether, parts)) / parts)) : batch
  const demand = finetuneDemand(opened.network, null, { tasks: Math.min(chunksTogether, Math.ceil(images.count / chunk)), partImages: chunk, teacher: false, datasetBytes: opened.dataset.pixels.byteLength })
  const plan = planComputation(machineOf(params), demand)
  return { plan, opened, config: { ...params.config, settings: { ...settings, batch: chunk } } }
}
