/**
 * What training replays of a hardware description. Devices, cells, slices, time and wires act in the represented values that
 * every step draws anew; in the graph stand one array and one converter per tile, through which gradients pass straight.
 */
import { isConductanceDevice, type Hardware, type LayerOverride } from '@shared/hardware'

type Sections = Pick<Hardware, 'cell' | 'slices' | 'wires' | 'retention' | 'dac' | 'adc' | 'effects'>

function simplified(hardware: Hardware): Sections {
  const { cell, slices, wires, retention, dac, adc, effects } = hardware
  const cut = slices.bitsPerCell > 0 || cell.kind === 'offset' || cell.digitization === 'separate'
  return {
    cell: { ...cell, kind: 'differential', digitization: 'together' },
    slices: { weightBits: 0, bitsPerCell: 0 },
    wires: { ...wires, rowSegmentOhms: 0, columnSegmentOhms: 0, driverOhms: 0, senseOhms: 0 },
    retention: { ...retention, compensation: 'none' },
    dac: { ...dac, streaming: 'analog' },
    // Ranges that are described for single arrays do not fit the whole weight: those are calibrated.
    adc: { ...adc, offsetDeviation: 0, gainDeviation: 0, noiseDeviation: 0, ...(cut && adc.range.kind !== 'calibrated' ? { range: { kind: 'calibrated', statistic: 'max', percentile: 100, scope: 'layer' } as const, codes: 'twos-complement' as const } : {}) },
    effects: { ...effects, readNoise: false }
  }
}

/** The hardware for which the training graph is compiled. */
export function trainingHardware(hardware: Hardware): Hardware {
  const layers = Object.entries(hardware.layers).map(([name, own]): [string, LayerOverride] => {
    if (own.digital) return [name, own]
    const given = Object.fromEntries(Object.entries(own).filter(([, section]) => section !== undefined))
    const { digital: _digital, ...sections } = given as LayerOverride
    return [name, { ...own, ...simplified({ ...hardware, ...(sections as Partial<Hardware>) }) }]
  })
  return { ...hardware, ...simplified(hardware), layers: Object.fromEntries(layers) }
}

/** Layers whose devices are cells: their draws have no mirror image. */
export const hasCells = (hardware: Hardware): boolean =>
  isConductanceDevice(hardware.device) || Object.values(hardware.layers).some(({ digital, device }) => !digital && device !== undefined && isConductanceDevice(device))
