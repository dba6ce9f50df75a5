/** The points of an attribution as groups of chip instances: all effects, then each one alone. */
import type { AttributionFindings } from '@shared/attribution'
import type { DistributionGroup } from '@shared/charts'

/** Points where all chip instances are the same chip have no distribution. */
export function attributionGroups(findings: AttributionFindings | null): DistributionGroup[] {
  if (findings === null) return []
  const named = [{ name: 'All effects', point: findings.all }, ...findings.effects.map(({ name, alone, companions }) => ({ name: companions.length === 0 ? `${name} alone` : name, point: alone }))]
  return named.flatMap(({ name, point }) => (point === null || !point.drawn ? [] : [{ name, statistics: point.top1 }]))
}
