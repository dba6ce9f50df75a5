/** Every task of the engine process by name. Adding one is a line here and its types in tasks.ts. */
import { dirname, join } from 'node:path'
import { listSupportedBackends } from 'onnxruntime-node'
import type { Provider } from '@shared/providers'
import { deviceCurves, deviceOfFit, measuredFits, measurementFile } from './analog/conductance'
import { estimateCurvature } from './curvature/estimate'
import { runCurvature } from './curvature/run-curvature'
import { openDataset, saveDataset } from './data/dataset-store'
import { readDataset } from './data/read-dataset'
import { thumbnails } from './data/thumbnails'
import { withTrainabilityNote } from './finetune/trainability'
import { runFinetune } from './finetune/run-finetune'
import { copyExternalFiles, sourceWeightsFolder } from './onnx/external-data'
import { importNetwork } from './onnx/import'
import { inspectNetwork } from './onnx/inspect'
import { layerWeights, openNetwork, saveNetwork } from './onnx/network-store'
import { runAttribution } from './simulate/attribution'
import { estimateAttribution } from './simulate/attribution-estimate'
import { checkNormalizations } from './simulate/check-normalizations'
import { estimateFinetune } from './finetune/estimate'
import { estimateSimulation } from './simulate/estimate'
import { runSimulation } from './simulate/run-simulation'
import { costInventory } from './analog/cost'
import { networkTiles } from './analog/network-tiles'
import { offeredProviders } from './onnx/providers'
import { probeProvider } from './onnx/provider-probe'
import type { Opened } from './resources/inputs'
import { withPeak } from './resources/peak'
import { planAttributionRun, planCurvature, planFinetune, planSimulation, planStudy, type Planned } from './resources/plan-run'
import { estimateStudy } from './study/estimate'
import { runStudy } from './study/run-study'
import type { Computed, EngineTasks, RunParams, TaskControl, TaskName } from './tasks'
import type { ComputePool } from './workers/pool'

export interface TaskContext {
  control: TaskControl
  /** Makes a pool that the task must close; the engine process closes what a failed task left open. */
  pool(size: number, cores: number, provider?: Provider): ComputePool
}

type TaskTable = { [N in TaskName]: (params: EngineTasks[N]['params'], context: TaskContext) => Promise<EngineTasks[N]['result']> }

export const taskTable: TaskTable = {
  'provider.list': async () => offeredProviders(listSupportedBackends()),
  'provider.probe': async ({ provider }) => ({ reason: await probeProvider(provider) }),
  'network.import': async ({ file, folder, weightsFolder, ...how }) => {
    const network = await importNetwork(file, { ...how, ...(weightsFolder === undefined ? {} : { weightsFolder }) })
    const { report } = withTrainabilityNote(network)
    await saveNetwork(folder, { ...network, report })
    await copyExternalFiles(network.externalFiles, weightsFolder ?? dirname(file), join(folder, sourceWeightsFolder))
    return report
  },
  'network.inspect': ({ file, choice }) => inspectNetwork(file, choice === undefined ? {} : { choice }, withTrainabilityNote),
  'network.layerWeights': async ({ networkFolder, node }) => layerWeights(await openNetwork(networkFolder), node),
  'network.tiles': async ({ networkFolder, hardware }) => networkTiles(await openNetwork(networkFolder), hardware),
  'network.cost': async ({ network, hardware }) => costInventory('folder' in network ? await openNetwork(network.folder) : await importNetwork(network.file), hardware),
  'device.curves': async (params) => deviceCurves(params),
  'device.measurements': ({ file }) => measurementFile(file),
  'device.fits': async ({ points }) => measuredFits(points),
  'device.fromFit': async (params) => deviceOfFit(params),
  'dataset.import': async ({ source, folder }) => {
    const dataset = await readDataset(source)
    await saveDataset(folder, dataset)
    return dataset.summary
  },
  'dataset.thumbnails': async ({ datasetFolder, indices }) => thumbnails(await openDataset(datasetFolder), indices),
  'dataset.checkNormalizations': (params, { control, pool }) => withPool(pool(1, 1), (one) => checkNormalizations(params, control, one)),
  simulate: (params, context) =>
    computed(params, context, planSimulation, ({ config, opened }, pool) => runSimulation({ ...params, config }, context.control, pool, opened)),
  finetune: (params, context) =>
    computed(params, context, planFinetune, ({ config, opened }, pool) => runFinetune({ ...params, config }, context.control, pool, opened)),
  attribute: (params, context) =>
    computed(params, context, planAttributionRun, ({ config, opened }, pool) => runAttribution({ ...params, config }, context.control, pool, opened)),
  curvature: (params, context) =>
    computed(params, context, planCurvature, ({ config, opened }, pool) => runCurvature({ ...params, config }, context.control, pool, opened)),
  study: (params, context) =>
    computed(params, context, planStudy, ({ config, opened }, pool) => runStudy({ ...params, config }, context.control, pool, opened)),
  'estimate.simulate': (params, { control, pool }) => withPool(pool(1, 1, params.provider), (one) => estimateSimulation(params, control, one)),
  'estimate.finetune': (params, { control, pool }) => withPool(pool(1, 1, params.provider), (one) => estimateFinetune(params, control, one)),
  'estimate.attribute': (params, { control, pool }) => withPool(pool(1, 1, params.provider), (one) => estimateAttribution(params, control, one)),
  'estimate.curvature': (params, { control, pool }) => withPool(pool(1, 1, params.provider), (one) => estimateCurvature(params, control, one)),
  'estimate.study': (params, { control, pool }) => withPool(pool(1, 1, params.provider), (one) => estimateStudy(params, control, one))
}

/** Plans a run, computes it with so many workers, and says what was chosen and what it took. */
async function computed<P extends RunParams, C, R extends object, O extends Opened>(
  params: P, { pool }: TaskContext, plan: (params: P) => Promise<Planned<C, O>>, run: (planned: Planned<C, O>, pool: ComputePool) => Promise<R>
): Promise<Computed<R>> {
  const { result, peakBytes } = await withPeak(async () => {
    const planned = await plan(params)
    const { provider = 'cpu', refused = null } = params
    const { workers, threads, batch, bytes } = planned.plan
    const outcome = await withPool(pool(workers, params.workers, provider), (threads) => run(planned, threads))
    return { outcome, chosen: { workers, threads, batch, predictedPeakMegabytes: bytes / 1e6, provider, refused } }
  })
  return { ...result.outcome, computation: { ...result.chosen, measuredPeakMegabytes: peakBytes / 1e6 } }
}

async function withPool<T>(pool: ComputePool, work: (pool: ComputePool) => Promise<T>): Promise<T> {
  try {
    return await work(pool)
  } finally {
    await pool.close()
  }
}
