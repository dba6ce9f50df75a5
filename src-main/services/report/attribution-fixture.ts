/** An attribution run made by formula, for tests of reports and of the command line. */
import { attributionConfigSchema, type AttributionSettings } from '@shared/attribution'
import { findingsOf } from '@shared/charts/attribution-fixtures'
import { activeEffects } from '@shared/effects'
import type { AttributionRun } from '@shared/run'
import { provenance } from './fixtures'

export function attributionRun(layerNames: readonly string[] = ['conv', '<b>fc</b>'], settings: Partial<AttributionSettings> = {}): AttributionRun {
  const config = attributionConfigSchema.parse({
    hardware: { name: 'CTT array', dac: { inputBits: 6 }, adc: { outputBits: 6 } },
    settings: { chipInstances: 10, images: { count: 300 }, seed: 7, ...settings }
  })
  const { digital, all, loss, ...others } = findingsOf(layerNames)
  if (digital === null || all === null || loss === null) throw new Error('The fixture is not whole')
  return {
    schemaVersion: 1, id: '0003-attribute', name: 'Which effect', status: 'finished', createdAt: '2026-01-02T03:10:05.000Z', finishedAt: '2026-01-02T03:12:05.000Z', progress: 1,
    provenance, activeEffects: activeEffects(config.hardware), problem: null, kind: 'attribute', config,
    result: { ...others, digital, all, loss, classNames: ['circle', 'square'], imageRange: { first: 700, count: 300 }, signalRange: { first: 700, count: 100 } }
  }
}
