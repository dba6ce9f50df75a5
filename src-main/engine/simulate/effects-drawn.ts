/** What acts in a description of hardware, and whether chips of it differ. Pure. */
import { activeEffects } from '@shared/effects'
import { effectSwitches, type EffectSwitch, type Hardware } from '@shared/hardware'

/** Effects that make chips, or reads of them, differ. All others do the same to every chip. */
const drawnEffects: ReadonlySet<EffectSwitch> = new Set<EffectSwitch>(['programmingError', 'stuckFaults', 'drift', 'readNoise', 'converterErrors', 'converterNoise'])

/** Switches of the effects that act, each once, in the order of action. */
export function switchesInForce(hardware: Hardware): EffectSwitch[] {
  const found = new Set(activeEffects(hardware).map((effect) => effect.switch))
  return effectSwitches.filter((each) => found.has(each))
}

/** False where all chip instances are the same chip, so that one stands for all. */
export const chipsDiffer = (hardware: Hardware): boolean => switchesInForce(hardware).some((each) => drawnEffects.has(each) && (each !== 'programmingError' || errorsAreDrawn(hardware)))

/** An offset μ without σ is the same error on every chip. */
const errorsAreDrawn = ({ device, layers }: Hardware): boolean =>
  [device, ...Object.values(layers).flatMap((own) => own.device ?? [])].some((each) => each.kind !== 'weight-referred' || each.sigma > 0)
