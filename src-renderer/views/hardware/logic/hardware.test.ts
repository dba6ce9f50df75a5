import { describe, expect, it } from 'vitest'
import { hardwareSchema, idealHardware } from '@shared/hardware'
import { effectList } from './effect-list'
import { readHardware } from './hardware-file'

describe('effectList', () => {
  const active = (hardware: Parameters<typeof effectList>[0]) => effectList(hardware).filter((entry) => entry.active).map((entry) => entry.key)
  it('says which switches act, and why others do nothing', () => {
    const paper = hardwareSchema.parse({})
    expect(active(paper)).toEqual(['programmingError'])
    expect(effectList(paper).find((entry) => entry.key === 'inputQuantization')).toMatchObject({ on: true, active: false, idleReason: 'the DAC is ideal' })
    expect(active(idealHardware())).toEqual([])
  })
  it('gives no reason for what is switched off', () => {
    const off = hardwareSchema.parse({ effects: { programmingError: false } })
    expect(effectList(off).find((entry) => entry.key === 'programmingError')).toMatchObject({ on: false, active: false, idleReason: null })
  })
})

describe('readHardware', () => {
  it('reads what was written, with defaults', () => {
    const hardware = hardwareSchema.parse({ name: 'Mine', adc: { outputBits: 8 } })
    expect(readHardware(JSON.stringify(hardware), 'h.json')).toEqual({ hardware })
    expect(readHardware('{}', 'h.json')).toEqual({ hardware: hardwareSchema.parse({}) })
  })
  it('names the field that is wrong', () => {
    expect(readHardware('{"adc": {"outputBits": 1}}', 'h.json')).toMatchObject({ problem: { code: 'HARDWARE_INVALID', where: 'h.json.adc.outputBits' } })
    expect(readHardware('{"sigma": 1}', 'h.json')).toMatchObject({ problem: { code: 'HARDWARE_INVALID' } })
    expect(readHardware('not json', 'h.json')).toMatchObject({ problem: { code: 'HARDWARE_INVALID', where: 'h.json' } })
  })
})
