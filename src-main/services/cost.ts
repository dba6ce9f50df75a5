/** What the cost estimate counts, for the network in use or for one that a fine-tuning made. */
import type { CostInventory } from '@shared/cost'
import { fail } from '@shared/problems'
import type { EngineClient } from './engine-client'
import { fineTuned } from './exports'
import type { OpenProject } from './open-project'

/** Problems: NOT_READY without a network; of the run; HARDWARE_INVALID naming the field. */
export async function costInventoryOf(project: OpenProject, engine: EngineClient, runId: string | null): Promise<CostInventory> {
  const { hardware } = project.settings()
  if (runId !== null) {
    const { network, record } = await fineTuned(project, runId)
    const inventory = await engine.run('network.cost', { network: { file: network }, hardware }).promise
    return { ...inventory, network: record.name }
  }
  const inUse = project.network() ?? fail('NOT_READY', 'network', 'The project has no network yet.', 'Import a network first.')
  return engine.run('network.cost', { network: { folder: project.library.networkPath(inUse.folder) }, hardware }).promise
}
