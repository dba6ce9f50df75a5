/** Fidelities from energies. */
import type { FidelityOutcome, FidelityTrial } from './simulation'

/** 10·log₁₀(Σ y² / Σ (ŷ − y)²), or why it is no number of decibels. */
export function fidelityOfTrial({ signal, noise }: Pick<FidelityTrial, 'signal' | 'noise'>): number | FidelityOutcome {
  if (signal === null || noise === null) return 'overflow'
  if (noise === 0) return 'exact'
  if (signal === 0) return 'silent'
  // A difference of logarithms: the ratio itself may leave the range of numbers.
  return 10 * (Math.log10(signal) - Math.log10(noise))
}

/** −10·log₁₀ of a relative error energy; null without any error, or where it is no number. */
export const decibelsOfError = (error: number | null): number | null => (error === null || error <= 0 ? null : -10 * Math.log10(error))
