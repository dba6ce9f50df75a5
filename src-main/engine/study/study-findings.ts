/** From finished trials to what a study says: digital accuracies, statistics, differences chip by chip. Pure. */
import type { StudiedNetwork, StudyFindings, StudyPoint, StudyTrial } from '@shared/study'
import { accuracyStatistics, pairedDifference } from '../simulate/statistics'
import type { StudyNetwork } from './study-networks'
import type { StudyCell } from './study-plan'

type ChipTrial = Extract<StudyTrial, { measure: 'chip' }>

/** What one line of the log is the one result of. */
export const trialKey = (trial: StudyTrial): string => (trial.measure === 'digital' ? `digital:${trial.network}` : `${cellKey(trial.network, trial)}:${trial.chipInstance}`)

/** Names a cell of a network. */
export const cellKey = (network: number, { scale, point }: Pick<StudyCell, 'scale' | 'point'>): string => `${network}:${scale}:${point}`

/** Findings from the trials so far, in the order of `cells` and `networks`. */
export function studyFindings(networks: readonly StudyNetwork[], cells: readonly StudyCell[], trials: readonly StudyTrial[]): StudyFindings {
  const chips = new Map<string, Map<number, ChipTrial>>()
  const digital = new Map<number, StudiedNetwork['digital']>()
  for (const trial of trials) {
    if (trial.measure === 'digital') {
      const { network, top1, top5, images } = trial
      digital.set(network, { top1, top5, images })
      continue
    }
    const key = cellKey(trial.network, trial)
    const cell = chips.get(key) ?? new Map<number, ChipTrial>()
    chips.set(key, cell.set(trial.chipInstance, trial))
  }
  const scales = [...new Set(cells.map(({ scale }) => scale))]
  const points = scales.flatMap((scale) =>
    networks.flatMap((_, network) => cells.filter((cell) => cell.scale === scale).flatMap((cell) => pointOf(cell, network, (position) => chips.get(cellKey(position, cell))) ?? [])))
  return { networks: networks.map(({ name, network: { report } }, index) => ({ name, file: report.name, sha256: report.sha256, digital: digital.get(index) ?? null })), points }
}

function pointOf({ scale, value, drawn }: StudyCell, network: number, chipsOf: (network: number) => Map<number, ChipTrial> | undefined): StudyPoint | null {
  const own = chipsOf(network)
  if (own === undefined) return null
  const ordered = [...own.values()].sort((a, b) => a.chipInstance - b.chipInstance)
  const statistics = (of: 'top1' | 'top5' | 'loss') => accuracyStatistics(ordered.map((trial) => trial[of]))
  const original = network === 0 ? undefined : chipsOf(0)
  return {
    network, scale, value, drawn, chipInstances: ordered.length, top1: statistics('top1'), top5: statistics('top5'), loss: statistics('loss'),
    gain: original === undefined ? null : pairedDifference(own, original)
  }
}
