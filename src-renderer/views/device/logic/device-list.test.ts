import { describe, expect, it } from 'vitest'
import { conductanceDeviceSchema, deviceCatalogue } from '@shared/devices'
import { deviceSchema, type Device } from '@shared/hardware'
import type { OwnDevice } from '@shared/own-device'
import { deviceGroups, marksOf, matchOf, rangeText } from './device-list'

const device = (value: object): Device => deviceSchema.parse(value)
const own = (id: string, of: Device): OwnDevice => ({ id, name: `Own ${id}`, source: '', device: of })

describe('the list of devices', () => {
  it('has every kind once, each with citation and summary, and every preset under an id of its own', () => {
    expect(deviceGroups.map(({ kind }) => kind)).toEqual(['weight-referred', ...Object.keys(deviceCatalogue)])
    for (const { citations, summary } of deviceGroups) {
      expect(citations.length).toBeGreaterThan(0)
      expect(summary.length).toBeGreaterThan(20)
    }
    const ids = deviceGroups.flatMap(({ devices }) => devices.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
    for (const { kind, devices } of deviceGroups) for (const each of devices) expect(deviceSchema.parse(each.device)).toMatchObject({ kind })
  })
  it('says ranges and marks', () => {
    expect(rangeText(device({ kind: 'hermes', devices: 2 }))).toBe('0 … 20.7 µS')
    expect(rangeText(device({ kind: 'sonos' }))).toBe('0 … 1400 nA')
    expect(rangeText(device({ kind: 'weight-referred' }))).toBe('−1 … 1 of full scale')
    expect(marksOf(device({ kind: 'reram-wan' }))).toEqual({ retention: 'drift, 2 days', readNoise: false })
    expect(marksOf(device({ kind: 'generic' }))).toEqual({ retention: null, readNoise: false })
    expect(marksOf(device({ kind: 'generic', driftExponentMean: 0.05, readDeviationFraction: 0.01 }))).toEqual({ retention: 'drift', readNoise: true })
  })
})

describe('which entry a device is', () => {
  it('finds every preset again', () => {
    for (const group of deviceGroups) for (const entry of group.devices) expect(matchOf(entry.device, [], null)).toEqual({ entry, modified: false })
  })
  it('takes the nearest preset for what was changed, unless another was chosen last', () => {
    const changed = device({ kind: 'hermes', devices: 2, minimumMicrosiemens: 1 })
    expect(matchOf(changed, [], null)).toMatchObject({ entry: { id: 'preset:hermes-2' }, modified: true })
    expect(matchOf(changed, [], 'preset:hermes-1')).toMatchObject({ entry: { id: 'preset:hermes-1' }, modified: true })
    // An entry of another kind says nothing of this device.
    expect(matchOf(changed, [], 'preset:sonos')).toMatchObject({ entry: { id: 'preset:hermes-2' } })
  })
  it('prefers a device of the user with the same values, and remembers it while it is edited', () => {
    const mine = own('mine', device({ kind: 'hermes', devices: 2 }))
    expect(matchOf(mine.device, [mine], null)).toMatchObject({ entry: { id: 'own:mine' }, modified: false })
    expect(matchOf(mine.device, [mine], 'preset:hermes-2')).toMatchObject({ entry: { id: 'preset:hermes-2' }, modified: false })
    expect(matchOf(device({ kind: 'hermes', readSeconds: 1e-6 }), [mine], 'own:mine')).toMatchObject({ entry: { id: 'own:mine' }, modified: true })
  })
  it('takes a table for one of its own where there is no other', () => {
    const table = conductanceDeviceSchema.parse({ kind: 'table' })
    expect(matchOf(table, [], null)).toEqual({ entry: null, modified: false })
    expect(matchOf({ ...table, name: 'x' } as Device, [own('t', table)], null)).toMatchObject({ entry: { id: 'own:t' }, modified: true })
  })
  it('calls another σ of the weight-referred device a value of its own, another offset a change', () => {
    expect(matchOf(device({ kind: 'weight-referred', sigma: 0.033 }), [], 'preset:sigma-0.1')).toEqual({ entry: null, modified: false })
    expect(matchOf(device({ kind: 'weight-referred', sigma: 0.1, mu: 0.02 }), [], null)).toMatchObject({ entry: { id: 'preset:sigma-0.1' }, modified: true })
  })
})
