/** The effects that acted in a run: over all points of a sweep, not only at the hardware's own values. */
import { pointLabel } from './charts'
import type { ActiveEffect } from './effects'
import { effectSwitchesSchema } from './hardware'
import type { RunRecord } from './run'
import type { SimulationPoint } from './simulation'

/** In the order in which they act. The numbers of an effect that the sweep changes are those of the last point that has it. */
export function effectsInForce(run: RunRecord, points: readonly SimulationPoint[]): ActiveEffect[] {
  const sweep = run.kind === 'simulate' ? run.config.settings.sweep : null
  if (sweep === null || points.length === 0) return run.activeEffects
  return Object.keys(effectSwitchesSchema.shape).flatMap((key): ActiveEffect[] => {
    const occurrences = points.flatMap((point) => point.activeEffects.filter((effect) => effect.switch === key).map((effect) => ({ effect, point })))
    const last = occurrences.at(-1)
    if (last === undefined) return []
    const swept = occurrences.length < points.length || occurrences.some(({ effect }) => effect.description !== last.effect.description)
    const at = sweep.parameter === 'sigma' ? `σ = ${pointLabel(last.point, sweep.parameter)}` : pointLabel(last.point, sweep.parameter)
    return [swept ? { ...last.effect, description: `Swept; at ${at}: ${last.effect.description}` } : last.effect]
  })
}
