/** The effects that a hardware description switches on, in the order in which they act, in plain words. */
import { z } from 'zod'
import { deviceCatalogue } from './devices'
import { describeDuration } from './duration'
import { effectSwitches, hardwareInForce, type AdcRange, type DacRange, type EffectSwitch, type Hardware, type HardwareInForce, type LayerOverride, type Representation } from './hardware'

export { describeDuration }

export const activeEffectSchema = z.object({
  switch: z.enum(effectSwitches),
  name: z.string(),
  /** One sentence with the numbers in force. */
  description: z.string(),
  /** Names of the layers to which it applies in this form; missing: to all that have no form of their own. */
  layers: z.array(z.string()).optional()
})
export type ActiveEffect = z.infer<typeof activeEffectSchema>

export const effectNames: Record<EffectSwitch, string> = {
  weightClipping: 'Weight clipping',
  scaleRounding: 'Power-of-two scales',
  weightQuantization: 'Weight quantisation',
  conductanceLevels: 'Conductance levels',
  programmingError: 'Programming error',
  stuckFaults: 'Stuck cells',
  drift: 'Drift',
  driftCompensation: 'Drift compensation',
  wireResistance: 'Wire resistance',
  readNoise: 'Read noise',
  inputQuantization: 'Input quantisation (DAC)',
  converterErrors: 'Converter errors (ADC)',
  converterNoise: 'Converter noise (ADC)',
  outputQuantization: 'Output quantisation (ADC)'
}

const granularityWords: Record<Representation['scaleGranularity'], string> = {
  network: 'one scale for the whole network (analog fixed-point)',
  layer: 'one scale per layer, shared by weights and biases',
  'layer-bi-scale': 'two scales per layer, weights and biases apart (analog floating-point)',
  column: 'one scale per output column, biases apart',
  tile: 'one scale per array tile, biases apart',
  'tile-column': 'one scale per column of each array tile, biases apart'
}

/** What shares one digital scale, in plain words. */
export const describeGranularity = (granularity: Representation['scaleGranularity']): string => granularityWords[granularity]

function rangeWords(range: DacRange | AdcRange): string {
  if (range.kind === 'full-scale') return 'all the current of the rows'
  if (range.kind === 'per-vector') return 'the largest magnitude of each input vector'
  if (range.kind === 'fixed') {
    const ends = 'perSlice' in range && range.perSlice.length > 0 ? range.perSlice.join(', ') : String(range.maximum)
    return `fixed at ${'minimum' in range && range.minimum !== null ? `${range.minimum} … ` : ''}${ends}`
  }
  const where = 'scope' in range && range.scope === 'tile' ? ' of each tile' : ''
  if (range.statistic === 'least-squares') return `calibrated to the least mean-square error${where}`
  return range.statistic === 'max' ? `calibrated to the largest magnitude${where}` : `calibrated to the ${range.percentile} % magnitude${where}`
}

const codeWords = (codes: Hardware['adc']['codes']): string => (codes === 'twos-complement' ? '' : codes === 'sign-magnitude' ? ', sign-and-magnitude codes' : ', mid-rise codes')
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
const percent = (fraction: number): string => `${Number((100 * fraction).toPrecision(4))} %`

const cellWords = ({ kind, pair, digitization, reference }: Hardware['cell']): string =>
  kind === 'offset' ? `offset cells, ${reference === 'digital' ? 'digital reference' : 'reference column'}` : `${pair} differential pairs digitised ${digitization === 'together' ? 'together' : 'separately'}`

/** m + μ + σ·ε without the terms that are 0, and what ε is. */
function programmedValue({ mu, sigma, distribution }: NonNullable<HardwareInForce['weightReferred']>): string {
  const offset = mu === 0 ? '' : mu < 0 ? ` − ${-mu}` : ` + ${mu}`
  if (sigma === 0) return `m${offset}`
  return `m${offset} + ${sigma}·ε, ε ${distribution === 'gaussian' ? 'standard normal' : 'uniform on [−1, 1]'}`
}

function programmingWords(hardware: Hardware, force: HardwareInForce): string {
  const relative = `relative to ${granularityWords[hardware.representation.scaleGranularity]}; biases ${hardware.representation.bias}`
  if (force.weightReferred !== null) return `Each stored value m becomes ${programmedValue(force.weightReferred)}, ${relative}.`
  const { writeVerify } = force.programming
  const verify = writeVerify.toleranceFraction > 0 ? `, write–verify to ${percent(writeVerify.toleranceFraction)} of the range in at most ${plural(writeVerify.tries, 'try').replace('trys', 'tries')}` : ''
  return `${deviceTitle(hardware)} in ${cellWords(force.cell)}${verify}, ${relative}.`
}

const deviceTitle = ({ device }: Hardware): string => (device.kind === 'weight-referred' ? 'The weight-referred device' : device.kind === 'table' ? device.name : deviceCatalogue[device.kind].title)

function stuckWords({ stuckAtMinimum, stuckAtMaximum, stuckAtRandom }: HardwareInForce['programming']): string {
  const shares = [[stuckAtMinimum, 'at the smallest conductance'], [stuckAtMaximum, 'at the largest'], [stuckAtRandom, 'at a random level']] as const
  return `Cells stuck: ${shares.filter(([share]) => share > 0).map(([share, where]) => `${percent(share)} ${where}`).join(', ')}.`
}

/** The sentence of each effect where it is in force, else null. */
function sentences(hardware: Hardware, force: HardwareInForce): Record<EffectSwitch, string | null> {
  const { representation, array, wires } = hardware
  const { adc, dac } = force
  const rows = array.rows === 0 ? 'whole columns' : `tiles of at most ${array.rows} rows`
  const each = force.sliceCount > 1 ? `, of each of ${force.sliceCount} slices` : ''
  const serial = dac?.streaming === 'bit-serial'
  const scalesMatter = force.programmingError || force.clips || force.weightBits > 0 || force.conductance !== null
  const differs = force.clips || force.programmingError || force.weightBits > 0 || force.programming.levels > 0 || force.stuckFaults || force.seconds > 0 || force.wires !== null || force.readNoise || force.adc !== null
  return {
    weightClipping: force.clips ? `Weights beyond the ${representation.scalePercentile} % magnitude of their scale group are clipped to it.` : null,
    scaleRounding: force.scaleExponentBits > 0 && scalesMatter && differs ? `Scales are rounded up to 2^e with e in ${force.scaleExponentBits} bits.` : null,
    weightQuantization:
      force.weightBits > 0
        ? `${force.weightBits}-bit weights${force.sliceCount > 1 ? ` in ${force.sliceCount} slices of ${plural(force.bitsPerSlice, 'bit')}` : ''}, relative to ${granularityWords[representation.scaleGranularity]}.`
        : null,
    conductanceLevels: force.programming.levels > 0 ? `Target conductances go to the nearest of ${force.programming.levels} levels.` : null,
    programmingError: force.programmingError ? programmingWords(hardware, force) : null,
    stuckFaults: force.stuckFaults ? stuckWords(force.programming) : null,
    drift: force.seconds > 0 ? `Inference ${describeDuration(force.seconds)} after programming.` : null,
    driftCompensation: force.compensation === 'none' ? null : `One digital gain per ${force.compensation === 'global' ? 'layer' : 'array tile'} from summed read currents.`,
    wireResistance:
      force.wires === null
        ? null
        : `Row wires ${wires.rowSegmentOhms} Ω and column wires ${wires.columnSegmentOhms} Ω per cell, drivers ${wires.driverOhms} Ω, sense ${wires.senseOhms} Ω, ${wires.arrangement === 'separate' ? 'separate arrays' : 'shared column wires'}.`,
    readNoise: force.readNoise ? `${deviceTitle(hardware)}: a fresh draw at every read, exact in distribution at the output.` : null,
    inputQuantization:
      dac === null
        ? null
        : `${dac.inputBits}-bit inputs, range ${rangeWords(dac.range)}, ${dac.sign} sign${codeWords(dac.codes)}${serial ? `, ${plural(dac.bitsPerPulse, 'bit')} per read` : ''}.`,
    converterErrors:
      adc !== null && (adc.offsetDeviation > 0 || adc.gainDeviation > 0)
        ? `Each converter has an offset (deviation ${percent(adc.offsetDeviation)} of full scale) and a gain error (deviation ${percent(adc.gainDeviation)}).`
        : null,
    converterNoise: adc !== null && adc.noiseDeviation > 0 ? `Each conversion has noise of deviation ${percent(adc.noiseDeviation)} of full scale.` : null,
    outputQuantization: adc !== null && adc.outputBits > 0 ? `${adc.outputBits}-bit partial sums of ${rows}${each}${serial ? ', of each read' : ''}, range ${rangeWords(adc.range)}${codeWords(adc.codes)}.` : null
  }
}

function effectsOf(hardware: Hardware): ActiveEffect[] {
  const words = sentences(hardware, hardwareInForce(hardware))
  return effectSwitches.flatMap((key): ActiveEffect[] => (words[key] === null ? [] : [{ switch: key, name: effectNames[key], description: words[key] }]))
}

/**
 * Empty exactly when the compiled program computes what the digital network computes. Layers with sections of their own
 * follow the form that holds for all others, which names those that leave the effect out; a form that several layers share is
 * listed once.
 */
export function activeEffects(hardware: Hardware): ActiveEffect[] {
  const general = effectsOf(hardware)
  const layers = Object.entries(hardware.layers).flatMap(([name, override]) => (override.digital ? [] : [{ name, effects: effectsOf(withOverride(hardware, override)) }]))
  const own = new Map<string, ActiveEffect & { layers: string[] }>()
  for (const { name, effects } of layers) {
    for (const effect of effects) {
      if (general.some((other) => other.switch === effect.switch && other.description === effect.description)) continue
      const key = effect.switch + effect.description
      const known = own.get(key)
      if (known === undefined) own.set(key, { ...effect, layers: [name] })
      else known.layers.push(name)
    }
  }
  const without = (key: EffectSwitch): string[] => layers.flatMap(({ name, effects }) => (effects.some((effect) => effect.switch === key) ? [] : [name]))
  const all = [...general.map((effect) => ({ ...effect, description: effect.description + exceptions(without(effect.switch)) })), ...own.values()]
  return effectSwitches.flatMap((key) => all.filter((effect) => effect.switch === key))
}

/** Layers named in one sentence. */
const mostNamed = 5

/** The analog layers whose own sections leave an effect out. */
function exceptions(names: readonly string[]): string {
  if (names.length === 0) return ''
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''
  return ` Not in ${names.slice(0, mostNamed).join(', ')}${more}.`
}

function withOverride(hardware: Hardware, override: LayerOverride): Hardware {
  const { digital: _digital, ...sections } = override
  return { ...hardware, ...Object.fromEntries(Object.entries(sections).filter(([, section]) => section !== undefined)) }
}

/** Which layers stay digital, in words; null where none does by name or place. */
export function describeDigitalLayers({ digitalLayers, layers }: Hardware): string | null {
  const named = Object.entries(layers).flatMap(([name, { digital }]) => (digital ? [name] : []))
  const places = [...(digitalLayers.first ? ['the first layer'] : []), ...(digitalLayers.last ? ['the last layer'] : []), ...named]
  return places.length === 0 ? null : `Digital: ${places.join(', ')}.`
}
