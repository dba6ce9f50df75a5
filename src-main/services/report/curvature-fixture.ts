/** A curvature run made by formula, for tests of reports and of the command line. */
import { curvatureOf } from '@shared/charts/curvature-fixtures'
import { curvatureConfigSchema, type CurvatureSettings } from '@shared/curvature'
import { activeEffects } from '@shared/effects'
import type { CurvatureRun } from '@shared/run'
import { provenance } from './fixtures'

export function curvatureRun(layerNames: readonly string[] = ['conv', '<b>fc</b>'], settings: Partial<CurvatureSettings> = {}, compared = true, rows = 1): CurvatureRun {
  const config = curvatureConfigSchema.parse({
    hardware: { name: 'CTT array', device: { kind: 'weight-referred', sigma: 0.1 } },
    settings: { images: { count: 300 }, seed: 7, after: compared ? { kind: 'run', runId: '0002-finetune' } : null, ...settings }
  })
  const { before, after } = curvatureOf(layerNames, compared, rows)
  if (before === null) throw new Error('The fixture is not whole')
  return {
    schemaVersion: 1, id: '0004-curvature', name: 'How sharp', status: 'finished', createdAt: '2026-01-02T03:10:05.000Z', finishedAt: '2026-01-02T03:12:05.000Z', progress: 1,
    provenance, activeEffects: activeEffects(config.hardware), problem: null, kind: 'curvature', config,
    result: { before, after, classNames: ['circle', 'square'], imageRange: { first: 700, count: 300 }, afterNetwork: compared ? { name: 'finetuned.onnx', sha256: 'e'.repeat(64) } : null }
  }
}
