/** The network that a curvature run compares with: of a fine-tuning, or imported. */
import type { RunRecord } from '@shared/run'
import type { CurvatureParams } from '../engine/tasks'
import { fineTuned } from './exports'
import type { OpenProject } from './open-project'

/**
 * Where the engine finds it; null for none, and for other kinds of run. Raises RUN_NOT_FOUND or RUN_NOT_FINISHED when the fine-tuning is gone or has made
 * no network, PROJECT_INVALID when the imported network is gone.
 */
export async function comparedNetwork(project: OpenProject, { kind, config }: Pick<RunRecord, 'kind' | 'config'>): Promise<CurvatureParams['after']> {
  if (kind !== 'curvature' || !('after' in config.settings) || config.settings.after === null) return null
  const { after } = config.settings
  if (after.kind === 'run') return { file: (await fineTuned(project, after.runId)).network }
  await project.library.network(after.folder)
  return { folder: project.library.networkPath(after.folder) }
}
