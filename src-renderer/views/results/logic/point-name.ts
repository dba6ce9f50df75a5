/** The name of a point where no axis beside it says what was swept. */
import { pointLabel } from '@shared/charts'
import type { SimulationPoint, SweepParameterId } from '@shared/simulation'
import { sweepParameters } from '@shared/sweep'

/** `σ = 0.1`, `ADC bits 8`, `column`. */
export function pointName(point: SimulationPoint, parameter: SweepParameterId | null): string {
  const label = pointLabel(point, parameter)
  if (parameter === null || typeof point.value === 'string') return label
  if (parameter === 'sigma') return `σ = ${label}`
  return parameter === 'mu' ? `μ = ${label}` : `${sweepParameters[parameter].label} ${label}`
}
