/** How far a network's output on chips is from the digital network's, in decibels. Pure. */
import { fidelityOfTrial } from '@shared/fidelity'
import type { Fidelity, FidelityOutcome, FidelityTrial } from '@shared/simulation'
import { accuracyStatistics } from './statistics'

/** Statistics of 10·log₁₀(Σ y² / Σ (ŷ − y)²) over chip instances; those whose ratio is not a finite number of decibels are counted. */
export function fidelityOf(trials: readonly Pick<FidelityTrial, 'signal' | 'noise'>[]): Fidelity {
  const instances = trials.map(fidelityOfTrial)
  const decibels = instances.filter((each) => typeof each === 'number')
  const count = (outcome: FidelityOutcome): number => instances.filter((each) => each === outcome).length
  return { decibels: decibels.length === 0 ? null : accuracyStatistics(decibels), exact: count('exact'), silent: count('silent'), overflow: count('overflow'), instances }
}
