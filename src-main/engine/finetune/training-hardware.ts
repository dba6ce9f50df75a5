/**
 * What training replays of a hardware description. Devices, cells, slices, time and wires act in the represented values that
 * every step draws anew; in the graph stand one array and one converter per tile, through which gradients pass straight.
 */
import type { TrainingMethod } from '@shared/finetune'
import { effectSwitches, isConductanceDevice, type EffectSwitches, type Hardware, type LayerOverride } from '@shared/hardware'

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

/** What each method lets act while training: everything; what is no chance; nothing. */
const effectsOf: Record<TrainingMethod, (effects: EffectSwitches) => EffectSwitches> = {
  'ha-sgd': (effects) => effects,
  'noise-aware': (effects) => effects,
  'quantization-aware': (effects) => ({ ...effects, programmingError: false, stuckFaults: false, drift: false, wireResistance: false, readNoise: false, converterErrors: false, converterNoise: false }),
  plain: () => Object.fromEntries(effectSwitches.map((effect) => [effect, false])) as EffectSwitches
}

/** The description of which training draws its devices. */
export function drawnHardware(hardware: Hardware, method: TrainingMethod): Hardware {
  const limited = effectsOf[method]
  const layers = Object.entries(hardware.layers).map(([name, own]): [string, LayerOverride] => [name, own.effects === undefined ? own : { ...own, effects: limited(own.effects) }])
  return { ...hardware, effects: limited(hardware.effects), layers: Object.fromEntries(layers) }
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
