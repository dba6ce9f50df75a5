/** Sections on attributions: which effect and which layer costs what. */
import { attributionSentences } from '@shared/attribution-words'
import {
  attributionContributions, attributionEffectsTable, attributionHeight, attributionLayersTable, attributionStepsTable, attributionWaterfall, chartPalettes, effectContributionNames,
  effectContributions, fixedNumber, groupedInteger, layerContributionNames, layerContributions, layerSignalToNoise, percent, signalToNoiseTable
} from '@shared/charts'
import type { AttributionRun } from '@shared/run'
import type { Block, KeyFigure } from './document'
import { statusBlocks } from './results-section'

const palette = chartPalettes.print
const width = 720

export const attributionParagraph = ({ name, status, result }: AttributionRun): string =>
  result === null ? `${name} has no result yet (${status}).` : attributionSentences(result).join(' ')

export function attributionFigures({ result }: AttributionRun): KeyFigure[] {
  if (result === null) return []
  const { digital, all, loss } = result
  return [
    { label: 'Digital', value: percent(digital.top1), detail: `${groupedInteger(digital.images)} images` },
    { label: 'With all effects', value: percent(all.top1.mean), detail: all.top1.ci95 === null ? 'one chip instance' : `± ${percent(all.top1.ci95)} (95 % interval)` },
    { label: 'Loss', value: fixedNumber(loss.mean * 100, 1), detail: 'percentage points' }
  ]
}

export function attributionBlocks(run: AttributionRun): Block[] {
  const { result } = run
  const blocks: Block[] = [{ kind: 'heading', level: 3, text: run.name }, ...statusBlocks(run)]
  if (result === null) return blocks
  const { effects, layers, layerNotes, snr, cumulative, imageRange, signalRange, all } = result
  const rows = (count: number, perRow?: number): number => attributionHeight(count, perRow)
  if (effects.length > 0) {
    blocks.push(
      {
        kind: 'chart', caption: 'From digital to the whole hardware: effects switched on one after another, in the order in which they act. Bars on the steps are 95 % intervals of the change, chip by chip.',
        option: attributionWaterfall(result, { palette }), width, height: rows(cumulative.length + 2)
      },
      { kind: 'table', caption: 'Effects switched on one after another.', table: attributionStepsTable(result) },
      {
        kind: 'chart', caption: 'Each effect by itself: what it costs when it is the only one on, and what is gained when it is the only one left out. Effects do not add up, so the two differ.',
        option: attributionContributions(effectContributions(effects), { palette, names: effectContributionNames, what: 'Accuracy that each effect costs' }), width, height: rows(effects.length, 40)
      },
      { kind: 'table', caption: 'Each effect by itself; differences are taken chip by chip, ± 95 % CI is the half-width of their confidence interval (Student t).', table: attributionEffectsTable(effects) }
    )
    const notes = effects.flatMap(({ name, notes: own }) => own.map((text) => ({ lead: name, text })))
    if (notes.length > 0) blocks.push({ kind: 'list', ordered: false, items: notes })
  }
  if (layers.length > 0) {
    blocks.push(
      {
        kind: 'chart', caption: 'Each layer by itself, with all effects.',
        option: attributionContributions(layerContributions(layers), { palette, names: layerContributionNames, what: 'Accuracy that each layer costs' }), width, height: rows(layers.length)
      },
      { kind: 'table', caption: 'Each layer by itself.', table: attributionLayersTable(layers) }
    )
  }
  if (snr.length > 0) {
    blocks.push(
      { kind: 'chart', caption: 'Signal-to-noise ratio of each layer’s output against the digital network’s: 10·log10(Σ y² / Σ (ŷ − y)²).', option: layerSignalToNoise(snr, { palette }), width, height: rows(snr.length, 26) },
      { kind: 'table', caption: 'Signal-to-noise ratios. “exact”: the outputs are those of the digital network, bit by bit.', table: signalToNoiseTable(snr) }
    )
  }
  blocks.push(...layerNotes.map((text): Block => ({ kind: 'note', text })))
  const range = ({ first, count }: { first: number; count: number }): string => `${groupedInteger(count)} from image ${groupedInteger(first)}`
  blocks.push({
    kind: 'note',
    text:
      `Accuracies on ${range(imageRange)}, over ${all.chipInstances} chip instances; the same chips at every point, so differences are those of one chip with and without an effect. ` +
      `Where nothing is drawn one chip instance stands for all.${signalRange === null ? '' : ` Layer outputs compared on ${range(signalRange)}.`}`
  })
  return blocks
}
