/** The effects that acted in a run: over all points of a sweep, not only at the hardware's own values. */
import { pointPlace } from './charts'
import { activeEffects, type ActiveEffect } from './effects'
import { effectSwitches } from './hardware'
import type { RunRecord } from './run'
import type { SimulationPoint, Sweep } from './simulation'
import type { StudyConfig } from './study'
import { hardwareAt } from './sweep'

/** Forms of one effect that hold for the same layers are one entry, whatever their numbers. */
const scopeOf = ({ layers }: ActiveEffect): string => JSON.stringify(layers ?? null)

/**
 * In the order in which they act; what holds for all layers comes before what single layers have for themselves. The numbers
 * of an effect that the sweep changes are those of the last point that has it.
 */
export function effectsInForce(run: RunRecord, points: readonly EffectsAt[]): ActiveEffect[] {
  if (run.kind === 'study') return effectsOverSweep(run.config.settings.sweep, effectsOfStudy(run.config)) ?? run.activeEffects
  return (run.kind === 'simulate' ? effectsOverSweep(run.config.settings.sweep, points) : null) ?? run.activeEffects
}

type EffectsAt = Pick<SimulationPoint, 'value' | 'sigma' | 'activeEffects'>

/** At every value, in the last of the representations. */
function effectsOfStudy({ hardware, settings: { scales, sweep } }: StudyConfig): EffectsAt[] {
  const own = hardwareAt(hardware, 'scale', scales.at(-1) ?? hardware.representation.scaleGranularity)
  return (sweep?.values ?? []).map((value) => ({ value, sigma: null, activeEffects: activeEffects(sweep === null ? own : hardwareAt(own, sweep.parameter, value)) }))
}

/** Null without a sweep, or without points. */
function effectsOverSweep(sweep: Sweep | null, points: readonly EffectsAt[]): ActiveEffect[] | null {
  if (sweep === null || points.length === 0) return null
  return effectSwitches.flatMap((key) => {
    const forms = points.flatMap((point) => point.activeEffects.filter((effect) => effect.switch === key))
    const scopes = [...new Set(forms.map(scopeOf))].sort((a, b) => Number(b === 'null') - Number(a === 'null'))
    return scopes.flatMap((scope): ActiveEffect[] => {
      const at = points.map((point) => {
        const effects = point.activeEffects.filter((effect) => effect.switch === key)
        // A form of single layers is not listed where it says the same as the form of all layers.
        return effects.find((effect) => scopeOf(effect) === scope) ?? effects.find((effect) => effect.layers === undefined)
      })
      const index = points.findLastIndex((point) => point.activeEffects.some((effect) => effect.switch === key && scopeOf(effect) === scope))
      const [last, point] = [at[index], points[index]]
      if (last === undefined || point === undefined) return []
      const swept = at.some((effect) => effect?.description !== last.description)
      return [swept ? { ...last, description: `Swept; ${pointPlace(point, sweep.parameter)}: ${last.description}` } : last]
    })
  })
}
