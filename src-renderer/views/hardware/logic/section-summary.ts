/** What a section sets, in one line: shown beside its title while it is closed. */
import { compactNumber, groupedInteger } from '@shared/charts'
import { describeDuration } from '@shared/effects'
import { effectSwitches, hardwareInForce, hasResistance, isConductanceDevice, type AdcRange, type DacRange, type Hardware, type ScaleGranularity } from '@shared/hardware'
import { deviceName } from '@shared/hardware-settings'
import type { SectionId } from './sections'

const granularities: Record<ScaleGranularity, string> = {
  network: 'one scale for the network', layer: 'one scale per layer', 'layer-bi-scale': 'two scales per layer', column: 'one scale per column', tile: 'one scale per tile',
  'tile-column': 'one scale per column of a tile'
}
const statistics: Record<Hardware['representation']['scaleStatistic'], string | null> = { auto: null, 'half-range': 'half-range', 'max-abs': 'largest magnitude', percentile: 'percentile' }

const joined = (parts: readonly (string | null | false)[]): string => parts.filter((part) => part !== null && part !== false).join(' · ')
const bits = (count: number): string => `${count} ${count === 1 ? 'bit' : 'bits'}`
const share = (fraction: number): string => `${compactNumber(100 * fraction)} %`

function rangeWords(range: DacRange | AdcRange): string {
  switch (range.kind) {
    case 'calibrated': {
      const statistic = { max: 'largest magnitude', percentile: `${range.percentile} %`, 'least-squares': 'least squares' }[range.statistic]
      return `calibrated: ${statistic}${'scope' in range && range.scope === 'tile' ? ', per tile' : ''}`
    }
    case 'fixed': return `fixed at ${'perSlice' in range && range.perSlice.length > 0 ? range.perSlice.join(', ') : range.maximum}`
    case 'full-scale': return 'all the current of the rows'
    case 'per-vector': return 'range of each vector'
  }
}

const summaries: Record<SectionId, (hardware: Hardware) => string> = {
  representation: ({ representation: { scaleGranularity, scaleStatistic, scaleExponentBits, bias } }) =>
    joined([granularities[scaleGranularity], statistics[scaleStatistic], scaleExponentBits > 0 && `powers of two in ${bits(scaleExponentBits)}`, `${bias} biases`]),
  slices: (hardware) => {
    const { weightBits, bitsPerCell } = hardware.slices
    if (weightBits === 0) return 'continuous weights'
    const { sliceCount, bitsPerSlice } = hardwareInForce({ ...hardware, effects: { ...hardware.effects, weightQuantization: true } })
    if (!isConductanceDevice(hardware.device)) return `${weightBits}-bit weights`
    return sliceCount > 1 && bitsPerCell > 0 ? `${weightBits}-bit weights · ${sliceCount} slices of ${bits(bitsPerSlice)}` : `${weightBits}-bit weights in one cell`
  },
  device: ({ device }) => deviceName(device),
  cell: ({ device, cell: { kind, pair, digitization, reference } }) => {
    if (!isConductanceDevice(device)) return 'none: the device stores numbers'
    return kind === 'offset' ? `offset cells · ${reference === 'digital' ? 'digital reference' : 'reference column'}` : `${pair} pairs · ${digitization === 'together' ? 'subtracted, then digitised' : 'digitised separately'}`
  },
  programming: ({ device, programming: { levels, writeVerify, stuckAtMinimum, stuckAtMaximum, stuckAtRandom } }) => {
    if (!isConductanceDevice(device)) return 'none: the device stores numbers'
    const stuck = stuckAtMinimum + stuckAtMaximum + stuckAtRandom
    return joined([levels === 0 ? 'continuous levels' : `${levels} levels`, writeVerify.toleranceFraction > 0 && `write–verify to ${share(writeVerify.toleranceFraction)}`, stuck > 0 ? `${share(stuck)} stuck` : 'no stuck cells'])
  },
  retention: ({ retention: { seconds, compensation } }) =>
    seconds === 0 ? 'directly after programming' : joined([`${describeDuration(seconds)} after programming`, compensation === 'none' ? 'not compensated' : `one gain per ${compensation === 'global' ? 'layer' : 'tile'}`]),
  array: ({ array: { rows, columns } }) => {
    const limit = (value: number): string => (value === 0 ? 'unlimited' : groupedInteger(value))
    return rows === 0 && columns === 0 ? 'unlimited' : `${limit(rows)} rows × ${limit(columns)} columns`
  },
  wires: ({ wires }) => {
    if (!hasResistance(wires)) return 'no resistance'
    const { rowSegmentOhms: row, columnSegmentOhms: column, driverOhms, senseOhms, arrangement } = wires
    const perCell = row === column ? (row > 0 ? `${row} Ω per cell` : null) : `rows ${row} Ω, columns ${column} Ω per cell`
    return joined([perCell, driverOhms > 0 && `driver ${driverOhms} Ω`, senseOhms > 0 && `sense ${senseOhms} Ω`, arrangement === 'shared-columns' && 'shared columns'])
  },
  dac: ({ dac: { inputBits, range, streaming, bitsPerPulse, sign } }) =>
    inputBits === 0 ? 'ideal' : joined([bits(inputBits), rangeWords(range), streaming === 'bit-serial' && `bit-serial, ${bits(bitsPerPulse)} per read`, sign !== 'auto' && sign]),
  adc: ({ adc: { outputBits, range, offsetDeviation, gainDeviation, noiseDeviation } }) => {
    const errs = offsetDeviation > 0 || gainDeviation > 0
    const converts = outputBits > 0 || errs || noiseDeviation > 0
    return joined([outputBits === 0 ? 'ideal resolution' : bits(outputBits), converts && rangeWords(range), errs && 'offset and gain errors', noiseDeviation > 0 && 'noise']).replace(/^ideal resolution$/, 'ideal')
  },
  calibration: ({ calibrationImages }) => `${groupedInteger(calibrationImages)} ${calibrationImages === 1 ? 'image' : 'images'}`,
  effects: ({ effects }) => {
    const off = effectSwitches.filter((key) => !effects[key]).length
    return off === 0 ? 'all on' : off === effectSwitches.length ? 'all off' : `${off} of ${effectSwitches.length} off`
  }
}

export const sectionSummary = (hardware: Hardware, section: SectionId): string => summaries[section](hardware)
