import { describe, expect, it } from 'vitest'
import { attributionSettingsSchema } from '@shared/attribution'
import { activeEffects } from '@shared/effects'
import { hardwareSchema, idealHardware, type HardwareInput } from '@shared/hardware'
import { planAttribution, withDigitalLayers, withSwitches, type AttributionPlan } from './attribution-plan'

const layers = ['first', 'middle', 'last']
const settings = attributionSettingsSchema.parse({ layersDigital: true })
const plan = (hardware: HardwareInput, more: Partial<typeof settings> = {}): AttributionPlan => planAttribution(hardwareSchema.parse(hardware), layers, { ...settings, ...more })
const keys = ({ points }: AttributionPlan): string[] => points.map(({ key }) => key)
const steps = ({ cumulative }: AttributionPlan): string[] => cumulative.map(({ switches }) => switches.join('+'))
const converters: HardwareInput = { dac: { inputBits: 6 }, adc: { outputBits: 6 } }

describe('the plan of an attribution', () => {
  it('measures each effect alone, left out, and one after another, each point once', () => {
    const made = plan(converters, { layersAlone: false, layersDigital: false, ownSignal: false })
    expect(new Set(keys(made))).toEqual(new Set([
      'programmingError+inputQuantization+outputQuantization@*', 'programmingError@*', 'inputQuantization@*', 'outputQuantization@*',
      'programmingError+inputQuantization@*', 'programmingError+outputQuantization@*', 'inputQuantization+outputQuantization@*'
    ]))
    expect(steps(made)).toEqual(['programmingError', 'inputQuantization', 'outputQuantization'])
    expect(made.cumulative.at(-1)?.point).toBe(made.all)
    expect(made.points[0]?.key).toBe(made.all)
    expect(new Set(made.points.filter(({ drawn }) => !drawn).map(({ on }) => on.join()))).toEqual(new Set(['inputQuantization', 'outputQuantization', 'inputQuantization,outputQuantization']))
  })

  it('names each point by what acts in its hardware', () => {
    for (const { hardware, on } of plan({ ...converters, representation: { scaleExponentBits: 4 } }).points) {
      expect([...new Set(activeEffects(hardware).map((effect) => effect.switch))]).toEqual([...on])
    }
  })

  it('measures an effect that needs another together with it', () => {
    const drifting = plan({ device: { kind: 'pcm-array-1m' }, retention: { seconds: 86_400, compensation: 'global' } })
    const compensation = drifting.effects.find((effect) => effect.switch === 'driftCompensation')
    expect(compensation).toMatchObject({ companions: ['drift'], alone: 'drift+driftCompensation@*', before: 'drift@*' })
    expect(compensation?.notes.join(' ')).toContain('Acts only together with drift')
    expect(drifting.effects.find((effect) => effect.switch === 'drift')?.notes.join(' ')).toContain('do not act either: drift compensation')

    const rounded = plan({ representation: { scaleExponentBits: 4 } })
    expect(rounded.effects[0]).toMatchObject({ switch: 'scaleRounding', companions: ['programmingError'], alone: rounded.all, before: 'programmingError@*' })
    // In the order of action rounding comes first, but until something errs it does nothing.
    expect(steps(rounded)).toEqual(['programmingError', 'scaleRounding'])
  })

  it('says what cannot be measured, and switches on together what cannot be switched on alone', () => {
    const sliced = plan({
      device: { kind: 'generic' }, slices: { weightBits: 8, bitsPerCell: 2 }, array: { rows: 64 },
      adc: { outputBits: 8, range: { kind: 'fixed', maximum: 16, perSlice: [8, 8, 8, 8] } }
    })
    const quantisation = sliced.effects.find((effect) => effect.switch === 'weightQuantization')
    // Four ends of ranges for one slice are refused.
    expect(quantisation?.without).toBeNull()
    expect(quantisation?.notes.join(' ')).toContain('Found 4 upper ends for 1 slice')
    expect(sliced.effects.find((effect) => effect.switch === 'outputQuantization')?.companions).toEqual(['weightQuantization'])
    expect(sliced.cumulative.at(-1)?.point).toBe(sliced.all)
  })

  it('switches the effects of layers with switches of their own', () => {
    const own = hardwareSchema.parse({ ...converters, layers: { middle: { effects: { inputQuantization: false } }, last: { dac: { inputBits: 4 } } } })
    const switched = withSwitches(own, ['inputQuantization'])
    expect(switched.layers['middle']?.effects).toMatchObject({ inputQuantization: false, programmingError: false, outputQuantization: false })
    expect(switched.layers['last']?.effects).toBeUndefined()
    expect(switched.effects).toMatchObject({ inputQuantization: true, programmingError: false })
  })

  it('measures the layers that are analog, alone and left out', () => {
    const made = plan({ ...converters, digitalLayers: { first: true } })
    expect(made.analogLayers).toEqual(['middle', 'last'])
    const everything = 'programmingError+inputQuantization+outputQuantization'
    // With two analog layers, one left out is the other alone, but named by how it was asked for: only the latter is a comparison of one.
    expect(made.layers).toEqual([
      { layer: 'middle', alone: `${everything}@middle`, digital: `${everything}@*-middle`, own: `${everything}@middle` },
      { layer: 'last', alone: `${everything}@last`, digital: `${everything}@*-last`, own: `${everything}@last` }
    ])
    const alone = made.points.find(({ key }) => key.endsWith('@middle'))
    expect(alone).toMatchObject({ accuracy: true, compare: ['middle'], hardware: { layers: { last: { digital: true } } } })
    expect(made.points.find(({ key }) => key === made.all)?.compare).toEqual(['middle', 'last'])
  })

  it('says that a scale for the whole network is another one for a layer alone', () => {
    expect(plan({ representation: { scaleGranularity: 'network' } }).layerNotes.join(' ')).toContain('scale of its own weights')
    expect(plan({ representation: { scaleGranularity: 'network' } }, { layersAlone: false, layersDigital: false, ownSignal: false }).layerNotes).toEqual([])
    expect(plan({ representation: { scaleGranularity: 'layer' } }).layerNotes).toEqual([])
  })

  it('keeps what a layer has of its own when it becomes digital', () => {
    const own = hardwareSchema.parse({ layers: { last: { dac: { inputBits: 4 } } } })
    expect(withDigitalLayers(own, ['last', 'first']).layers).toMatchObject({ last: { digital: true, dac: { inputBits: 4 } }, first: { digital: true } })
  })

  it('has one point where nothing acts', () => {
    const ideal = planAttribution(idealHardware(), layers, settings)
    expect(keys(ideal)).toEqual(['none@*'])
    expect(ideal).toMatchObject({ all: 'none@*', effects: [], cumulative: [] })
    expect(ideal.points[0]).toMatchObject({ drawn: false, accuracy: true, compare: layers })
  })
})
