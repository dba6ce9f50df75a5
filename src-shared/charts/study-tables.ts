/** The data behind the chart of a study as tables. */
import type { ScaleGranularity } from '../hardware'
import { granularityLabels } from '../hardware'
import type { SweepParameterId } from '../simulation'
import type { StudyFindings, StudyPoint, StudyTrial } from '../study'
import { fixedNumber, percentInterval } from './format'
import { pointLabel, sweepLabel, sweepSymbol } from './sweep-axis'
import type { Cell, Column, Table } from './tables'

const column = (key: string, label: string, kind: Column['kind']): Column => ({ key, label, kind })
const valueColumn = (parameter: SweepParameterId | null, label: string): Column => column(parameter ?? 'value', label, parameter === 'time' ? 'duration' : parameter === 'sigma' || parameter === 'mu' ? 'number' : 'text')
const valueCell = (value: number | null, parameter: SweepParameterId | null): Cell =>
  parameter === 'time' || parameter === 'sigma' || parameter === 'mu' ? value : pointLabel({ value, sigma: null }, parameter)

/** One row per network, representation and value: for other programs. */
export function studyTable({ networks, points }: StudyFindings, parameter: SweepParameterId | null): Table {
  return {
    columns: [
      column('network', 'Network', 'text'), column('scale', 'Scales', 'text'), valueColumn(parameter, sweepLabel(parameter)), column('chipInstances', 'Chip instances', 'integer'),
      column('mean', 'Mean', 'percent'), column('ci95', '± 95 % CI', 'percent'), column('std', 'Std. dev.', 'percent'), column('min', 'Min', 'percent'), column('max', 'Max', 'percent'),
      column('gain', 'Gain (points)', 'points'), column('gainCi95', '± 95 % CI', 'percent'), column('digital', 'Digital', 'percent')
    ],
    rows: points.map(({ network, scale, value, chipInstances, top1, gain }) => [
      networks[network]?.name ?? '', scale, valueCell(value, parameter), chipInstances, top1.mean, top1.ci95, top1.std, top1.min, top1.max, gain?.mean ?? null, gain?.ci95 ?? null,
      networks[network]?.digital?.top1 ?? null
    ])
  }
}

/** `93.1 ± 0.4`; without an interval only the mean. */
const interval = (mean: number, ci95: number | null): string => percentInterval(mean, ci95, 1).replace(/\u00a0%$/, '')

/** `+12.3 ± 0.4` percentage points. */
const signed = (mean: number, ci95: number | null): string => `${mean > 0 ? '+' : ''}${fixedNumber(mean * 100, 1)}${ci95 === null ? '' : `\u00a0±\u00a0${fixedNumber(ci95 * 100, 1)}`}`

/** One row per representation and value, one column per network: mean ± half-width of the 95 % interval, in per cent. */
export const studyGrid = (findings: StudyFindings, parameter: SweepParameterId | null): Table => grid(findings, parameter, findings.networks.map((_, index) => index), ({ top1 }) => interval(top1.mean, top1.ci95))

/** The same of what each network gains over the first, chip by chip, in percentage points. */
export const studyGainGrid = (findings: StudyFindings, parameter: SweepParameterId | null): Table =>
  grid(findings, parameter, findings.networks.map((_, index) => index).slice(1), ({ gain }) => (gain === null ? null : signed(gain.mean, gain.ci95)))

function grid({ networks, points }: StudyFindings, parameter: SweepParameterId | null, shown: readonly number[], cellOf: (point: StudyPoint) => Cell): Table {
  const rows = new Map<string, { scale: ScaleGranularity; value: number | null; cells: Map<number, Cell> }>()
  for (const point of points) {
    const { scale, value, network } = point
    const key = `${scale}:${String(value)}`
    const row = rows.get(key) ?? { scale, value, cells: new Map<number, Cell>() }
    row.cells.set(network, cellOf(point))
    rows.set(key, row)
  }
  return {
    columns: [
      column('scale', 'Scales', 'text'), valueColumn(parameter, sweepSymbol(parameter)),
      ...shown.map((network) => column(`network${network}`, networks[network]?.name ?? '', 'text'))
    ],
    rows: [...rows.values()].map(({ scale, value, cells }) => [granularityLabels[scale], valueCell(value, parameter), ...shown.map((network) => cells.get(network) ?? null)])
  }
}

/** One row per network: its file and its digital accuracy. */
export const studiedNetworksTable = ({ networks }: StudyFindings): Table => ({
  columns: [column('name', 'Network', 'text'), column('file', 'File', 'text'), column('digital', 'Digital top-1', 'percent'), column('sha256', 'SHA-256', 'text')],
  rows: networks.map(({ name, file, sha256, digital }) => [name, file, digital?.top1 ?? null, sha256])
})

/** One row per finished part. `values`: those of the sweep. */
export function studyTrialsTable(trials: readonly StudyTrial[], names: readonly string[], values: readonly (number | string)[], parameter: SweepParameterId | null): Table {
  return {
    columns: [
      column('network', 'Network', 'text'), column('measure', 'Measurement', 'text'), column('scale', 'Scales', 'text'), column(parameter ?? 'value', sweepLabel(parameter), 'text'),
      column('chipInstance', 'Chip instance', 'integer'), column('top1', 'Top-1', 'percent'), column('top5', 'Top-5', 'percent'), column('loss', 'Loss (nats)', 'number'), column('seconds', 'Time (s)', 'seconds')
    ],
    rows: trials.map((trial) => {
      const name = names[trial.network] ?? String(trial.network)
      if (trial.measure === 'digital') return [name, trial.measure, null, null, null, trial.top1, trial.top5, null, trial.seconds]
      return [name, trial.measure, trial.scale, values[trial.point] ?? null, trial.chipInstance, trial.top1, trial.top5, trial.loss, trial.seconds]
    })
  }
}
