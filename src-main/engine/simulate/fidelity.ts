/** How far a network's output on chips is from the digital network's, in decibels. Pure. */
import type { Fidelity, FidelityTrial } from '@shared/simulation'
import { accuracyStatistics } from './statistics'

/** Statistics of 10·log₁₀(Σ y² / Σ (ŷ − y)²) over chip instances; those whose ratio is not a finite number of decibels are counted. */
export function fidelityOf(trials: readonly Pick<FidelityTrial, 'signal' | 'noise'>[]): Fidelity {
  const counts = { exact: 0, silent: 0, overflow: 0 }
  const decibels: number[] = []
  for (const { signal, noise } of trials) {
    if (signal === null || noise === null) counts.overflow++
    else if (noise === 0) counts.exact++
    else if (signal === 0) counts.silent++
    // A difference of logarithms: the ratio itself may leave the range of numbers.
    else decibels.push(10 * (Math.log10(signal) - Math.log10(noise)))
  }
  return { decibels: decibels.length === 0 ? null : accuracyStatistics(decibels), ...counts }
}
