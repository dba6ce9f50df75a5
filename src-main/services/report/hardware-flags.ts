/** A hardware description as options of the command line, as far as options can say it. The parser is in hosts/cli/hardware-options.ts. */
import { deviceCatalogue } from '@shared/devices'
import { hardwareSchema, isConductanceDevice, type AdcRange, type Cell, type Device, type Hardware } from '@shared/hardware'
import type { SweepParameterId } from '@shared/simulation'

/** The option of the command line that sets, and sweeps, a parameter. */
export const sweepOptions: Record<SweepParameterId, string> = {
  sigma: '--sigma', mu: '--mu', scale: '--scale', 'weight-bits': '--weight-bits', 'bits-per-cell': '--bits-per-cell', levels: '--levels', time: '--time', 'wire-resistance': '--wire-resistance',
  'adc-bits': '--adc-bits', 'dac-bits': '--dac-bits', 'array-rows': '--rows', 'array-columns': '--columns'
}

const pair = (form: Cell['pair'], digitization: Cell['digitization']): Cell => ({ kind: 'differential', pair: form, digitization, reference: 'digital' })
const offset = (reference: Cell['reference']): Cell => ({ kind: 'offset', pair: 'one-sided', digitization: 'together', reference })

/** Cells by the name that `--cell` gives them. */
export const cellForms = {
  'one-sided': pair('one-sided', 'together'), centred: pair('centred', 'together'), 'one-sided-separate': pair('one-sided', 'separate'), 'centred-separate': pair('centred', 'separate'),
  offset: offset('digital'), 'offset-column': offset('column')
} as const satisfies Record<string, Cell>
export type CellForm = keyof typeof cellForms
export const cellFormNames = Object.keys(cellForms) as [CellForm, ...CellForm[]]

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const cellForm = (cell: Cell): CellForm | undefined => cellFormNames.find((name) => {
  const form = cellForms[name]
  return form.kind === cell.kind && form.pair === cell.pair && form.digitization === cell.digitization && form.reference === cell.reference
})

/** What `--device` calls a device; null where its values are nobody's preset. */
function deviceWord(device: Device): string | null {
  if (!isConductanceDevice(device)) return 'weight-referred'
  const { presets, schema } = deviceCatalogue[device.kind]
  const preset = presets.find((candidate) => same(candidate.device, device))
  if (preset !== undefined) return preset.id
  return same(schema.parse({ kind: device.kind }), device) ? device.kind : null
}

const ordinaryPercentile = 99.9

/** `max`, `percentile:99.5,tile`, `full-scale`, `fixed:16`; null where no option can say the range. */
export function adcRangeText(range: AdcRange): string | null {
  if (range.kind === 'full-scale') return 'full-scale'
  if (range.kind === 'fixed') return range.minimum === null && range.perSlice.length === 0 ? `fixed:${range.maximum}` : null
  if (range.statistic !== 'percentile' && range.percentile !== ordinaryPercentile) return null
  return `${range.statistic}${range.statistic === 'percentile' ? `:${range.percentile}` : ''}${range.scope === 'tile' ? ',tile' : ''}`
}

/** Layers that `--keep-digital` names; null where a layer has more than that, or a name that the option cannot carry. */
function digitalLayerNames({ digitalLayers, layers }: Hardware): string[] | null {
  const named = Object.entries(layers)
  const sayable = named.every(([name, override]) => same(override, { digital: true }) && !name.includes(',') && name.trim() === name && name !== 'first' && name !== 'last')
  return sayable ? [...(digitalLayers.first ? ['first'] : []), ...(digitalLayers.last ? ['last'] : []), ...named.map(([name]) => name)] : null
}

/** Whether inputs are bit-serial in a form that options can say: the command line refuses reads of inputs that have no bits. */
const sayableStream = ({ streaming, inputBits }: Hardware['dac']): boolean => streaming === 'bit-serial' && inputBits > 0

/** The hardware as far as options can say it; the rest needs `--hardware`. */
export function hardwareFlags(hardware: Hardware): string[] {
  const { device, representation, array, dac, adc, programming, cell, slices, retention, wires } = hardware
  const flag = (option: string, value: number | string | null | undefined, neutral: number | string): string[] => (value === neutral || value === null || value === undefined ? [] : [option, String(value)])
  return [
    ...(isConductanceDevice(device) ? flag('--device', deviceWord(device), '') : ['--sigma', String(device.sigma), '--mu', String(device.mu), '--noise', device.distribution]),
    '--scale', representation.scaleGranularity,
    ...flag('--levels', programming.levels, 0), ...flag('--cell', cellForm(cell), 'one-sided'),
    ...flag('--weight-bits', slices.weightBits, 0), ...flag('--bits-per-cell', slices.bitsPerCell, 0),
    ...flag('--time', retention.seconds, 0), ...flag('--compensation', retention.compensation, 'none'),
    ...flag('--rows', array.rows, 0), ...flag('--columns', array.columns, 0), ...flag('--wire-resistance', wires.rowSegmentOhms, 0),
    ...flag('--dac-bits', dac.inputBits, 0), ...(sayableStream(dac) ? ['--bit-serial', String(dac.bitsPerPulse)] : []),
    ...flag('--adc-bits', adc.outputBits, 0), ...flag('--adc-range', adcRangeText(adc.range), 'max'),
    ...flag('--keep-digital', digitalLayerNames(hardware)?.join(','), '')
  ]
}

/** Whether options alone describe this hardware completely. */
export function optionsSuffice(hardware: Hardware): boolean {
  const { device, representation, array, dac, adc, programming, cell, slices, retention, wires, digitalLayers, layers } = hardware
  if (deviceWord(device) === null || cellForm(cell) === undefined || adcRangeText(adc.range) === null || digitalLayerNames(hardware) === null) return false
  const described = hardwareSchema.parse({
    name: hardware.name, device, cell, slices, retention, array, digitalLayers, layers,
    programming: { levels: programming.levels },
    representation: { scaleGranularity: representation.scaleGranularity },
    wires: { rowSegmentOhms: wires.rowSegmentOhms, columnSegmentOhms: wires.rowSegmentOhms },
    dac: { inputBits: dac.inputBits, ...(sayableStream(dac) ? { streaming: 'bit-serial', bitsPerPulse: dac.bitsPerPulse } : {}) },
    adc: { outputBits: adc.outputBits, range: adc.range }
  })
  return same(described, hardwareSchema.parse(hardware))
}
