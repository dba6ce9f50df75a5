/** The data behind the charts of attribution as tables. */
import type { AttributionFindings, AttributionTrial, EffectAttribution, LayerAttribution, LayerSignal, SignalToNoise } from '../attribution'
import { effectNames } from '../effects'
import type { Cell, Column, Table } from './tables'

const column = (key: string, label: string, kind: Column['kind']): Column => ({ key, label, kind })

/** One row per step of the waterfall. */
export function attributionStepsTable({ digital, all, loss, cumulative }: Pick<AttributionFindings, 'digital' | 'all' | 'loss' | 'cumulative'>): Table {
  return {
    columns: [
      column('step', 'Switched on', 'text'), column('top1', 'Top-1', 'percent'), column('ci95', '± 95 % CI', 'percent'), column('change', 'Change (points)', 'points'),
      column('changeCi95', '± 95 % CI of the change', 'percent'), column('total', 'Since digital (points)', 'points')
    ],
    rows: [
      ['Digital', digital?.top1 ?? null, null, null, null, null],
      ...cumulative.map(({ name, point, loss: own, lossSoFar }): Cell[] => [
        `+ ${name}`, point?.top1.mean ?? null, point?.top1.ci95 ?? null, negative(own?.mean), own?.ci95 ?? null, negative(lossSoFar?.mean)
      ]),
      ['All effects', all?.top1.mean ?? null, all?.top1.ci95 ?? null, null, null, negative(loss?.mean)]
    ]
  }
}

/** −0 is 0. */
const negative = (value: number | undefined): number | null => (value === undefined ? null : 0 - value)

/** One row per effect. Positive differences cost accuracy. */
export function attributionEffectsTable(effects: readonly EffectAttribution[]): Table {
  return {
    columns: [
      column('effect', 'Effect', 'text'), column('alone', 'Top-1 alone', 'percent'), column('lossAlone', 'Lost alone (points)', 'points'), column('lossAloneCi95', '± 95 % CI', 'percent'),
      column('without', 'Top-1 without it', 'percent'), column('gainWithout', 'Gained without it (points)', 'points'), column('gainWithoutCi95', '± 95 % CI', 'percent'),
      column('companions', 'Needs', 'text')
    ],
    rows: effects.map(({ name, alone, lossAlone, without, gainWithout, companions }) => [
      name, alone?.top1.mean ?? null, lossAlone?.mean ?? null, lossAlone?.ci95 ?? null, without?.top1.mean ?? null, gainWithout?.mean ?? null, gainWithout?.ci95 ?? null,
      companions.map((each) => effectNames[each]).join(', ')
    ])
  }
}

/** One row per layer, with the columns that were measured. */
export function attributionLayersTable(layers: readonly LayerAttribution[]): Table {
  const alone = layers.some((each) => each.alone !== null)
  const digital = layers.some((each) => each.digital !== null)
  return {
    columns: [
      column('layer', 'Layer', 'text'),
      ...(alone ? [column('alone', 'Top-1, alone analog', 'percent'), column('lossAlone', 'Lost (points)', 'points'), column('lossAloneCi95', '± 95 % CI', 'percent')] : []),
      ...(digital ? [column('digital', 'Top-1, alone digital', 'percent'), column('gainDigital', 'Gained (points)', 'points'), column('gainDigitalCi95', '± 95 % CI', 'percent')] : [])
    ],
    rows: layers.map((each) => [
      each.layer,
      ...(alone ? [each.alone?.top1.mean ?? null, each.lossAlone?.mean ?? null, each.lossAlone?.ci95 ?? null] : []),
      ...(digital ? [each.digital?.top1.mean ?? null, each.gainDigital?.mean ?? null, each.gainDigital?.ci95 ?? null] : [])
    ])
  }
}

/** One row per layer, in decibels; a word where the ratio is no number. */
export function signalToNoiseTable(layers: readonly LayerSignal[]): Table {
  const own = layers.some((each) => each.own !== null)
  const cells = (ratio: SignalToNoise | null): Cell[] => (ratio === null ? [null, null] : [ratio.outcome === 'finite' ? ratio.decibels : ratio.outcome, ratio.interval])
  return {
    columns: [
      column('layer', 'Layer', 'text'), column('decibels', 'Accumulated (dB)', 'number'), column('interval', '± 95 % CI (dB)', 'number'),
      ...(own ? [column('ownDecibels', 'Own (dB)', 'number'), column('ownInterval', '± 95 % CI (dB)', 'number')] : [])
    ],
    rows: layers.map((each) => [each.layer, ...cells(each), ...(own ? cells(each.own) : [])])
  }
}

/** One row per chip instance at a point; of a comparison one per layer. Energies are sums over images and elements. */
export function attributionTrialsTable(trials: readonly AttributionTrial[]): Table {
  return {
    columns: [
      column('point', 'Point', 'text'), column('chipInstance', 'Chip instance', 'integer'), column('top1', 'Top-1', 'percent'), column('top5', 'Top-5', 'percent'),
      column('loss', 'Loss (nats)', 'number'), column('layer', 'Layer', 'text'), column('signal', 'Signal energy', 'number'), column('noise', 'Error energy', 'number'),
      column('seconds', 'Time (s)', 'seconds')
    ],
    rows: trials.flatMap((trial): Cell[][] =>
      trial.measure === 'accuracy'
        ? [[trial.point, trial.chipInstance, trial.top1, trial.top5, trial.loss, null, null, null, trial.seconds]]
        : trial.layers.map(({ layer, signal, noise }) => [trial.point, trial.chipInstance, null, null, null, layer, signal, noise, trial.seconds])
    )
  }
}
