/** What an attribution found as a JSON document and as text. Pure. */
import type { AttributionFindings } from '@shared/attribution'
import { attributionSentences } from '@shared/attribution-words'
import { attributionEffectsTable, attributionLayersTable, attributionStepsTable, signalToNoiseTable, type Table } from '@shared/charts'
import type { AttributionRun } from '@shared/run'
import { identity, withoutLargeConfusion, type Stored } from './results'
import { printable, textTable } from './text-table'

/** Nothing is known yet. */
export const noFindings: AttributionFindings = { digital: null, all: null, loss: null, effects: [], cumulative: [], layers: [], layerNotes: [], snr: [] }

export function attributionJson(run: AttributionRun, findings: AttributionFindings, stored: Stored | null) {
  const { settings } = run.config
  const { digital, all, loss, effects, cumulative, layers, layerNotes, snr } = findings
  return {
    ...identity(run),
    settings,
    chipInstances: settings.chipInstances,
    images: run.result?.imageRange.count ?? settings.images.count,
    imageRange: run.result?.imageRange ?? null,
    signalRange: run.result?.signalRange ?? null,
    classNames: run.result?.classNames ?? null,
    digital: digital === null ? null : withoutLargeConfusion(digital),
    all, loss, effects, cumulative, layers, layerNotes, snr,
    run: stored
  }
}

export function attributionText(findings: AttributionFindings): string {
  const { effects, layers, layerNotes, snr } = findings
  const notes = effects.flatMap(({ name, notes: own }) => own.map((note) => `  ${name}: ${note}`))
  const section = (title: string, table: Table): string[] => (table.rows.length === 0 ? [] : ['', title, textTable(table)])
  return [
    ...attributionSentences(findings).map(printable),
    ...(effects.length === 0 ? [] : section('Effects switched on one after another', attributionStepsTable(findings))),
    ...section('Each effect by itself', attributionEffectsTable(effects)),
    ...notes.map(printable),
    ...section('Each layer by itself, with all effects', attributionLayersTable(layers)),
    ...layerNotes.map((note) => `  ${note}`),
    ...section('Signal-to-noise ratio of layer outputs against the digital network', signalToNoiseTable(snr))
  ].map((line) => line.replace(/\u00a0/g, ' ')).join('\n')
}
