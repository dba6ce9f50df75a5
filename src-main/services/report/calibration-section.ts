/** The converters of each run: their ranges, and what of them was used. */
import { calibrationTable, groupedInteger, occasionsName } from '@shared/charts'
import type { Block } from './document'
import type { ReportedRun } from './report-input'

export const hasCalibration = ({ calibration }: ReportedRun): boolean => calibration !== null && calibration.sets.length > 0

/** The calibration of the last points; where others held before is said. */
export function calibrationBlocks({ run, calibration }: ReportedRun): Block[] {
  const set = calibration?.sets.at(-1)
  if (calibration === null || set === undefined) return []
  const parameter = run.kind === 'simulate' ? (run.config.settings.sweep?.parameter ?? null) : null
  const others = calibration.sets.length - 1
  const { first, count } = set.images
  return [
    { kind: 'heading', level: 3, text: run.name },
    {
      kind: 'table',
      caption:
        `Converters (${occasionsName(set.occasions, parameter)}): what the noise-free network brings to each on ${groupedInteger(count)} ${count === 1 ? 'image' : 'images'} from image ${groupedInteger(first)}, and its range. ` +
        'DAC: inputs of the layer; ADC: partial sums of its tiles, weight × input. Steps used: codes from that of the lowest value to that of the highest, of a tile the fewest.',
      table: calibrationTable(set.converters)
    },
    ...(others === 0 ? [] : [{ kind: 'note' as const, text: `The run has ${others} more ${others === 1 ? 'calibration' : 'calibrations'} (${calibration.sets.slice(0, -1).map(({ occasions }) => occasionsName(occasions, parameter)).join('; ')}), which its results and the raw data show.` }])
  ]
}
