/** What a study computes of every network: representations and values, and how many chip instances each takes. Pure. */
import type { Hardware, ScaleGranularity } from '@shared/hardware'
import type { StudyConfig } from '@shared/study'
import { hardwareAt } from '@shared/sweep'
import { chipsDiffer } from '../simulate/effects-drawn'

/** One representation at one value. */
export interface StudyCell {
  scale: ScaleGranularity
  /** Position among the values of the sweep, and the value; null without a sweep. */
  point: number
  value: number | null
  hardware: Hardware
  /** Chips differ; otherwise one chip instance stands for all. */
  drawn: boolean
  chipInstances: number
}

/** By representation, then value. */
export function plannedCells({ hardware, settings: { scales, sweep, chipInstances } }: StudyConfig): StudyCell[] {
  return scales.flatMap((scale) => {
    const own = hardwareAt(hardware, 'scale', scale)
    return (sweep?.values ?? [null]).map((value, point): StudyCell => {
      const at = sweep === null || value === null ? own : hardwareAt(own, sweep.parameter, value)
      const drawn = chipsDiffer(at)
      return { scale, point, value: typeof value === 'number' ? value : null, hardware: at, drawn, chipInstances: drawn ? chipInstances : 1 }
    })
  })
}

/** Chip instances of so many cells. */
export const trialsOf = (cells: readonly StudyCell[]): number => cells.reduce((sum, cell) => sum + cell.chipInstances, 0)
