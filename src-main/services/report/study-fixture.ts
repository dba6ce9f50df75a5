/** A study made by formula, for tests of reports and of the command line. */
import { studyOf } from '@shared/charts/study-fixtures'
import { activeEffects } from '@shared/effects'
import type { StudyRun } from '@shared/run'
import { studyConfigSchema, type StudySettings } from '@shared/study'
import { provenance } from './fixtures'

export function studyRun(settings: Partial<StudySettings> = {}): StudyRun {
  const config = studyConfigSchema.parse({
    hardware: { name: 'CTT array', device: { kind: 'weight-referred', sigma: 0.1 } },
    settings: {
      tuned: [{ name: '<b>HA-SGD</b>', network: { kind: 'run', runId: '0002-finetune' } }], scales: ['network', 'column'], sweep: { parameter: 'sigma', values: [0, 0.1, 0.2] },
      images: { count: 300 }, chipInstances: 4, seed: 7, ...settings
    }
  })
  const { networks, points } = studyOf()
  return {
    schemaVersion: 1, id: '0005-study', name: 'How resilient', status: 'finished', createdAt: '2026-01-02T03:10:05.000Z', finishedAt: '2026-01-02T03:12:05.000Z', progress: 1,
    provenance, activeEffects: activeEffects(config.hardware), problem: null, kind: 'study', config,
    result: {
      networks: networks.map(({ digital, ...network }) => ({ ...network, digital: digital ?? { top1: 1, top5: 1, images: 300 } })), points, classNames: ['circle', 'square'],
      imageRange: { first: 700, count: 300 }
    }
  }
}
