/**
 * Which points an attribution measures. A point is named by the effects that act and the layers that are analog, so that what
 * several figures need is computed once.
 */
import type { AttributionSettings } from '@shared/attribution'
import { activeEffects, effectNames } from '@shared/effects'
import { effectSwitches, hardwareInForce, hardwareProblems, layerHardware, type EffectSwitch, type EffectSwitches, type Hardware } from '@shared/hardware'
import { chipsDiffer, switchesInForce } from './effects-drawn'

export interface PlannedPoint {
  /** Name in trials.jsonl. */
  key: string
  hardware: Hardware
  /** Effects that act, in the order of action. */
  on: readonly EffectSwitch[]
  /** Chips differ; otherwise one chip instance stands for all. */
  drawn: boolean
  /** Images are classified. */
  accuracy: boolean
  /** Layers whose outputs are compared with the digital network's. */
  compare: readonly string[]
}

export interface PlannedEffect {
  switch: EffectSwitch
  name: string
  description: string
  companions: readonly EffectSwitch[]
  /** Keys of points. `before` of "alone": its companions without it; null: the digital network. */
  alone: string
  before: string | null
  without: string | null
  notes: readonly string[]
}

export interface PlannedStep {
  switches: readonly EffectSwitch[]
  name: string
  point: string
}

export interface PlannedLayer {
  layer: string
  alone: string | null
  digital: string | null
  /** Where what the layer itself adds is measured. */
  own: string | null
}

export interface AttributionPlan {
  chipInstances: number
  /** Key of the point with everything on. */
  all: string
  /** In the order in which they are computed. */
  points: readonly PlannedPoint[]
  effects: readonly PlannedEffect[]
  cumulative: readonly PlannedStep[]
  layers: readonly PlannedLayer[]
  layerNotes: readonly string[]
  /** Layers that are analog, in the order of computation. */
  analogLayers: readonly string[]
}

/** The layers in question: `only` that one analog, or all `but` that one; null: as the hardware says. */
type LayerChoice = { only: string } | { but: string } | null

/** @param layers Names of the network's layers that can be analog, in the order of computation. */
export function planAttribution(hardware: Hardware, layers: readonly string[], settings: AttributionSettings): AttributionPlan {
  const active = switchesInForce(hardware)
  const analogLayers = layers.filter((_, index) => layerHardware(hardware, layers, index) !== 'digital')
  const points = new Map<string, PlannedPoint>()
  const point = (on: readonly EffectSwitch[], choice: LayerChoice, needs: { accuracy?: boolean; compare?: readonly string[] }): string => {
    const analog = choice === null ? analogLayers : analogLayers.filter((name) => ('only' in choice ? name === choice.only : name !== choice.but))
    // With no effect, or no analog layer, it is the digital network; with all layers it does not matter how they were chosen.
    // An effect that lacks its companion is not named: the point is that without it.
    const acting = analog.length === 0 ? [] : switchesInForce(withSwitches(hardware, on))
    const whole = acting.length === 0 || analog.length === analogLayers.length
    const key = `${acting.length === 0 ? 'none' : acting.join('+')}@${whole || choice === null ? '*' : 'only' in choice ? choice.only : `*-${choice.but}`}`
    const known = points.get(key)
    const switched = acting.length === active.length ? hardware : withSwitches(hardware, acting)
    points.set(key, {
      key, on: acting,
      hardware: whole ? switched : withDigitalLayers(switched, analogLayers.filter((name) => !analog.includes(name))),
      drawn: chipsDiffer(switched),
      accuracy: (known?.accuracy ?? false) || (needs.accuracy ?? false),
      compare: [...(known?.compare ?? []), ...(needs.compare ?? []).filter((name) => known?.compare.includes(name) !== true)]
    })
    return key
  }
  const accuracy = { accuracy: true }
  const compares = settings.signalImages > 0

  const all = point(active, null, { accuracy: true, compare: compares ? analogLayers : [] })
  const effects = active.map((each): PlannedEffect => {
    const companions = companionsOf(hardware, active, each)
    const rest = active.filter((other) => other !== each)
    const refusal = refusalOf(withSwitches(hardware, rest))
    return {
      switch: each, name: effectNames[each], description: descriptionOf(hardware, each), companions,
      alone: point([...companions, each], null, accuracy),
      before: companions.length === 0 ? null : point(companions, null, accuracy),
      without: refusal === null ? point(rest, null, accuracy) : null,
      notes: [...notesOn(hardware, active, each, companions), ...(refusal === null ? [] : [`Not measured without it: ${refusal}`])]
    }
  })
  const cumulative = stepsOf(hardware, active).map(({ switches, on }): PlannedStep => ({ switches, name: switches.map((each) => effectNames[each]).join(' + '), point: point(on, null, accuracy) }))
  const planned = analogLayers.map((layer): PlannedLayer => ({
    layer,
    alone: settings.layersAlone ? point(active, { only: layer }, accuracy) : null,
    digital: settings.layersDigital ? point(active, { but: layer }, accuracy) : null,
    own: compares && settings.ownSignal ? point(active, { only: layer }, { compare: [layer] }) : null
  }))
  return { chipInstances: settings.chipInstances, all, points: inComputingOrder([...points.values()], all), effects, cumulative, layers: planned, layerNotes: layerNotesOn(hardware, active, planned), analogLayers }
}

/** First what everything is measured against, then what is quick. */
function inComputingOrder(points: readonly PlannedPoint[], all: string): PlannedPoint[] {
  const rank = ({ key, drawn }: PlannedPoint): number => (key === all ? 0 : drawn ? 2 : 1)
  return [...points].sort((a, b) => rank(a) - rank(b))
}

/** The hardware with all switches off but those in `on`, for all layers; those stay as they are. */
export function withSwitches(hardware: Hardware, on: readonly EffectSwitch[]): Hardware {
  const only = (effects: EffectSwitches): EffectSwitches => {
    const result = { ...effects }
    for (const each of effectSwitches) result[each] = effects[each] && on.includes(each)
    return result
  }
  const layers = Object.entries(hardware.layers).map(([name, own]) => [name, own.effects === undefined ? own : { ...own, effects: only(own.effects) }] as const)
  return { ...hardware, effects: only(hardware.effects), layers: Object.fromEntries(layers) }
}

/** The hardware with further layers digital. */
export function withDigitalLayers(hardware: Hardware, names: readonly string[]): Hardware {
  return { ...hardware, layers: { ...hardware.layers, ...Object.fromEntries(names.map((name) => [name, { ...hardware.layers[name], digital: true }])) } }
}

/** Why this description cannot be simulated; null: it can. */
const refusalOf = (hardware: Hardware): string | null => hardwareProblems(hardware).find(({ severity }) => severity === 'error')?.message ?? null

/** The effect acts when just these are on. */
function acts(hardware: Hardware, on: readonly EffectSwitch[], effect: EffectSwitch): boolean {
  const switched = withSwitches(hardware, on)
  return refusalOf(switched) === null && switchesInForce(switched).includes(effect)
}

/**
 * What must be on as well for an effect to act: nothing, or one other effect (the programming error if that will do, because it
 * is what scales matter for), or all others.
 */
function companionsOf(hardware: Hardware, active: readonly EffectSwitch[], effect: EffectSwitch): EffectSwitch[] {
  if (acts(hardware, [effect], effect)) return []
  const others = active.filter((other) => other !== effect)
  const enabling = others.filter((other) => acts(hardware, [effect, other], effect))
  const chosen = enabling.find((other) => other === 'programmingError') ?? enabling[0]
  return chosen === undefined ? others : [chosen]
}

/** Effects in the order of action; one that does not act yet waits for the one that makes it act. */
function stepsOf(hardware: Hardware, active: readonly EffectSwitch[]): { switches: EffectSwitch[]; on: EffectSwitch[] }[] {
  const steps: { switches: EffectSwitch[]; on: EffectSwitch[] }[] = []
  let on: EffectSwitch[] = []
  let waiting: EffectSwitch[] = []
  for (const each of active) {
    waiting.push(each)
    for (;;) {
      const next = waiting.find((effect) => acts(hardware, [...on, effect], effect))
      if (next === undefined) break
      on = [...on, next]
      waiting = waiting.filter((effect) => effect !== next)
      steps.push({ switches: [next], on })
    }
  }
  return waiting.length === 0 ? steps : [...steps, { switches: waiting, on: [...on, ...waiting] }]
}

function descriptionOf(hardware: Hardware, effect: EffectSwitch): string {
  const forms = activeEffects(hardware).filter((each) => each.switch === effect)
  return forms.map(({ description, layers }) => (layers === undefined ? description : `${layers.join(', ')}: ${description}`)).join(' ')
}

const list = (effects: readonly EffectSwitch[]): string => effects.map((each) => effectNames[each].toLowerCase().replace(/\((.*)\)/, (_, word: string) => `(${word.toUpperCase()})`)).join(', ')

/** A scale for the whole network covers what is on the chip, so it changes with the layers that are. */
function layerNotesOn(hardware: Hardware, active: readonly EffectSwitch[], layers: readonly PlannedLayer[]): string[] {
  const measured = layers.length > 1 && active.length > 0 && layers.some(({ alone, digital, own }) => alone !== null || digital !== null || own !== null)
  const shared = [hardware, ...Object.values(hardware.layers)].some(({ representation }) => representation?.scaleGranularity === 'network')
  return measured && shared ? ['One scale for the network is that of the layers on analog hardware: a layer by itself has the scale of its own weights, and may err less than on the whole chip.'] : []
}

/** What else changes with a switch: what a reader must know to read the numbers. */
function notesOn(hardware: Hardware, active: readonly EffectSwitch[], effect: EffectSwitch, companions: readonly EffectSwitch[]): string[] {
  const rest = active.filter((other) => other !== effect)
  const remaining = switchesInForce(withSwitches(hardware, rest))
  const lost = rest.filter((other) => !remaining.includes(other))
  const force = hardwareInForce(hardware)
  return [
    ...(companions.length === 0 ? [] : [`Acts only together with ${list(companions)}: “alone” is with that on too, and the loss is against that without this effect.`]),
    ...(lost.length === 0 ? [] : [`Without it these do not act either: ${list(lost)}.`]),
    ...(effect === 'weightQuantization' && force.sliceCount > 1 ? ['Without it there are no bit slices: the whole column sum is converted at once.'] : []),
    ...(effect === 'inputQuantization' && force.dac?.streaming === 'bit-serial' ? ['Without it inputs are not streamed bit by bit: one conversion of the output instead of one per read.'] : []),
    ...(effect === 'inputQuantization' || effect === 'outputQuantization' ? ['Saturation beyond the converter’s range belongs to it.'] : [])
  ]
}
