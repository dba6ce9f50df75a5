/** The networks that a run computes beside the one in use: of fine-tunings, or imported. */
import type { ComparedNetwork } from '@shared/compared-network'
import type { RunRequest } from '@shared/run'
import type { NetworkSource } from '../engine/resources/compared'
import { fineTuned } from './exports'
import type { OpenProject } from './open-project'

function namedIn({ kind, config }: RunRequest): ComparedNetwork[] {
  if (kind === 'study') return config.settings.tuned.map(({ network }) => network)
  return kind === 'curvature' && config.settings.after !== null ? [config.settings.after] : []
}

async function sourceOf(project: OpenProject, network: ComparedNetwork): Promise<NetworkSource> {
  if (network.kind === 'run') return { file: (await fineTuned(project, network.runId)).network }
  await project.library.network(network.folder)
  return { folder: project.library.networkPath(network.folder) }
}

/**
 * Where the engine finds them, in the order of the settings; none for kinds of run that compare nothing. Raises RUN_NOT_FOUND or RUN_NOT_FINISHED when a
 * fine-tuning is gone or has made no network, PROJECT_INVALID when an imported network is gone.
 */
export const comparedNetworks = (project: OpenProject, request: RunRequest): Promise<NetworkSource[]> => Promise.all(namedIn(request).map((network) => sourceOf(project, network)))
