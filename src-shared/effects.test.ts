import { describe, expect, it } from 'vitest'
import { activeEffects, describeDigitalLayers, describeDuration, describeGranularity, effectNames } from './effects'
import { effectSwitches, hardwareSchema, idealHardware, type EffectSwitch } from './hardware'

const exact = { kind: 'generic', sigma: 0 }
const still = { kind: 'weight-referred', sigma: 0 }
const effects = (input: unknown) => activeEffects(hardwareSchema.parse(input))
const biScale = 'two scales per layer, weights and biases apart (analog floating-point)'

/** One description for each effect, in which it acts, and its sentence. */
const cases: [EffectSwitch, unknown, string][] = [
  ['weightClipping', { device: still, representation: { scaleStatistic: 'percentile', scalePercentile: 99 } }, 'Weights beyond the 99 % magnitude of their scale group are clipped to it.'],
  ['scaleRounding', { device: still, slices: { weightBits: 8 }, representation: { scaleExponentBits: 4 } }, 'Scales are rounded up to 2^e with e in 4 bits.'],
  ['weightQuantization', { device: still, slices: { weightBits: 8 }, representation: { scaleGranularity: 'column' } }, '8-bit weights, relative to one scale per output column, biases apart.'],
  ['weightQuantization', { device: exact, slices: { weightBits: 8, bitsPerCell: 1 } }, `8-bit weights in 7 slices of 1 bit, relative to ${biScale}.`],
  ['conductanceLevels', { device: exact, programming: { levels: 16 } }, 'Target conductances go to the nearest of 16 levels.'],
  ['programmingError', {}, `Each stored value m becomes m + 0.1·ε, ε standard normal, relative to ${biScale}; biases analog.`],
  ['programmingError', { device: { kind: 'weight-referred', sigma: 0, mu: -0.02 }, representation: { bias: 'digital' } }, `Each stored value m becomes m − 0.02, relative to ${biScale}; biases digital.`],
  ['programmingError', { device: { kind: 'weight-referred', sigma: 0.2, mu: 0.01, distribution: 'uniform' } }, `Each stored value m becomes m + 0.01 + 0.2·ε, ε uniform on [−1, 1], relative to ${biScale}; biases analog.`],
  ['programmingError', { device: { kind: 'pcm-joshi' }, cell: { pair: 'centred', digitization: 'separate' } }, `PCM, Joshi 2020 (programming error) in centred differential pairs digitised separately, relative to ${biScale}; biases analog.`],
  [
    'programmingError', { device: { kind: 'rram-milo' }, cell: { kind: 'offset', reference: 'column' }, programming: { writeVerify: { toleranceFraction: 0.01, tries: 1 } } },
    `RRAM, Milo 2021 (programming error) in offset cells, reference column, write–verify to 1 % of the range in at most 1 try, relative to ${biScale}; biases analog.`
  ],
  ['stuckFaults', { device: exact, programming: { stuckAtMinimum: 0.001, stuckAtRandom: 0.0005 } }, 'Cells stuck: 0.1 % at the smallest conductance, 0.05 % at a random level.'],
  ['drift', { device: { ...exact, driftExponentMean: 0.05 }, retention: { seconds: 86_400 } }, 'Inference 1 day after programming.'],
  ['driftCompensation', { device: { ...exact, driftExponentMean: 0.05 }, retention: { seconds: 10, compensation: 'tile' } }, 'One digital gain per array tile from summed read currents.'],
  [
    'wireResistance', { device: exact, array: { rows: 64, columns: 64 }, wires: { rowSegmentOhms: 1.5, columnSegmentOhms: 2, senseOhms: 10 } },
    'Row wires 1.5 Ω and column wires 2 Ω per cell, drivers 0 Ω, sense 10 Ω, separate arrays.'
  ],
  ['readNoise', { device: { ...exact, readDeviationFraction: 0.01 } }, 'Generic: a fresh draw at every read, exact in distribution at the output.'],
  ['inputQuantization', { device: still, dac: { inputBits: 8 } }, '8-bit inputs, range calibrated to the largest magnitude, auto sign.'],
  [
    'inputQuantization', { device: still, dac: { inputBits: 8, streaming: 'bit-serial', bitsPerPulse: 2, sign: 'signed', codes: 'sign-magnitude', range: { kind: 'per-vector' } } },
    '8-bit inputs, range the largest magnitude of each input vector, signed sign, sign-and-magnitude codes, 2 bits per read.'
  ],
  ['converterErrors', { device: still, adc: { offsetDeviation: 0.01, gainDeviation: 0.02 } }, 'Each converter has an offset (deviation 1 % of full scale) and a gain error (deviation 2 %).'],
  ['converterNoise', { device: still, adc: { noiseDeviation: 0.005 } }, 'Each conversion has noise of deviation 0.5 % of full scale.'],
  ['outputQuantization', { device: still, array: { rows: 128 }, adc: { outputBits: 6, range: { kind: 'calibrated', statistic: 'percentile', percentile: 99.5, scope: 'tile' } } }, '6-bit partial sums of tiles of at most 128 rows, range calibrated to the 99.5 % magnitude of each tile.'],
  ['outputQuantization', { device: still, adc: { outputBits: 6, codes: 'mid-rise', range: { kind: 'fixed', maximum: 8, minimum: -4 } } }, '6-bit partial sums of whole columns, range fixed at -4 … 8, mid-rise codes.'],
  ['outputQuantization', { device: exact, slices: { weightBits: 5, bitsPerCell: 2 }, adc: { outputBits: 6, range: { kind: 'full-scale' } } }, '6-bit partial sums of whole columns, of each of 2 slices, range all the current of the rows.']
]

describe('active effects', () => {
  it('has a case and a name of its own for every switch', () => {
    expect([...new Set(cases.map(([key]) => key))]).toEqual([...effectSwitches])
    expect(new Set(Object.values(effectNames)).size).toBe(effectSwitches.length)
  })

  it.each(cases)('%s in %j', (key, input, sentence) => {
    expect(effects(input).filter((effect) => effect.switch === key)).toEqual([{ switch: key, name: effectNames[key], description: sentence }])
    const off = effects({ ...(input as object), effects: { [key]: false } })
    expect(off.map((effect) => effect.switch)).not.toContain(key)
  })

  it('is an empty list for ideal hardware, also with settings that then change nothing', () => {
    expect(activeEffects(idealHardware())).toEqual([])
    expect(effects({ device: exact })).toEqual([])
    expect(effects({ device: still, representation: { scaleExponentBits: 4, scaleGranularity: 'network' }, adc: { codes: 'mid-rise' }, dac: { streaming: 'bit-serial' }, array: { rows: 16 } })).toEqual([])
    expect(effects({ device: exact, retention: { seconds: 1e6, compensation: 'global' } })).toEqual([])
  })

  it('is in the order in which effects act', () => {
    const all = effects({
      device: { kind: 'pcm-array-1m' }, programming: { levels: 16, stuckAtMaximum: 0.1 }, slices: { weightBits: 8 }, retention: { seconds: 100, compensation: 'global' }, array: { rows: 64, columns: 64 },
      wires: { rowSegmentOhms: 1 }, representation: { scaleExponentBits: 4, scaleStatistic: 'percentile' }, dac: { inputBits: 8 }, adc: { outputBits: 8, gainDeviation: 0.1, noiseDeviation: 0.1 }
    })
    expect(all.map((effect) => effect.switch)).toEqual([...effectSwitches])
  })
})

describe('layers with settings of their own', () => {
  const base = { device: still, adc: { outputBits: 8 } }

  it('lists a form that differs with its layers, behind the form of all others', () => {
    const own = { adc: { outputBits: 4 } }
    const listed = effects({ ...base, layers: { a: own, b: { adc: { outputBits: 8 } }, c: own } })
    expect(listed.map(({ description, layers }) => [description.slice(0, 5), layers])).toEqual([['8-bit', undefined], ['4-bit', ['a', 'c']]])
  })

  it('lists what only single layers have, and nothing for digital ones', () => {
    expect(effects({ ...base, layers: { a: { dac: { inputBits: 4 } } } }).map(({ switch: key, layers }) => [key, layers])).toEqual([['inputQuantization', ['a']], ['outputQuantization', undefined]])
    expect(effects({ ...base, layers: { a: { digital: true, dac: { inputBits: 4 } } } }).map(({ switch: key }) => key)).toEqual(['outputQuantization'])
  })

  it('names the layers that leave an effect out', () => {
    const ideal = { adc: { outputBits: 0 } }
    const off = { effects: { outputQuantization: false } }
    const words = (layers: Record<string, unknown>) => effects({ ...base, layers }).map(({ description }) => description.replace(/^.*magnitude\./, '…'))
    expect(words({ a: ideal, b: off, c: { digital: true } })).toEqual(['… Not in a, b.'])
    expect(words(Object.fromEntries([...'abcdefg'].map((name) => [name, ideal])))).toEqual(['… Not in a, b, c, d, e and 2 more.'])
    expect(words({ a: { array: { columns: 4 } } })).toEqual(['…'])
  })

  it('says which layers are digital', () => {
    const words = (input: unknown) => describeDigitalLayers(hardwareSchema.parse(input))
    expect(words({})).toBeNull()
    expect(words({ layers: { a: { array: { rows: 2 } } } })).toBeNull()
    expect(words({ digitalLayers: { first: true, last: true }, layers: { a: { digital: true } } })).toBe('Digital: the first layer, the last layer, a.')
  })
})

describe('words', () => {
  it.each([[0, '0 seconds'], [1, '1 second'], [1e-6, '0.000001 seconds'], [90, '1.5 minutes'], [3600, '1 hour'], [86_400, '1 day'], [172_800, '2 days'], [31_536_000, '1 year'], [1e10, '317 years']])('%d s is %s', (seconds, words) => {
    expect(describeDuration(seconds)).toBe(words)
  })

  it('names every granularity', () => {
    for (const granularity of ['network', 'layer', 'layer-bi-scale', 'column', 'tile', 'tile-column'] as const) expect(describeGranularity(granularity)).toMatch(/scale/)
  })
})
