/** One analog layer as the estimate sees it. */
import type { AnalogCostLayer } from '@shared/cost'
import type { Hardware, HardwareInForce } from '@shared/hardware'
import { elementCount } from '../../onnx/graph'
import type { AnalogLayer } from '../../onnx/layers'
import type { Network } from '../../onnx/network'
import type { MappedLayer } from '../compile'
import { layerTiles } from '../network-tiles'
import { rowsOfTiles } from '../tile-channels'
import { tileGrid } from '../tiling'
import { meanCell } from './mean-cell'

export interface LayerInForce {
  hardware: Hardware
  force: HardwareInForce
}

/** Elements of a value for one image. */
function elementsPerImage(network: Network, value: string): number {
  const images = network.batch === 'free' ? 1 : network.batch
  const shape = network.shapes.shape(value, images)
  if (shape === undefined) throw new Error(`No shape is known for ${value}`)
  return elementCount(shape) / images
}

/** Vectors that pass the matrix for one image. A transposed convolution takes its input pixels, everything else gives one output for each. */
function positionsOf(network: Network, layer: AnalogLayer): number {
  const { groups, rows, columns } = layer
  return layer.opType === 'ConvTranspose' ? elementsPerImage(network, layer.input) / (groups * rows) : elementsPerImage(network, layer.output) / (groups * columns)
}

type Input = Pick<AnalogCostLayer, 'inputBits' | 'bitSerial' | 'reads' | 'bitsPerRead' | 'inputSigned' | 'inputSignFrom' | 'dynamicRange'>

/** How inputs reach the rows. Signed codes of bit-serial inputs are sign and magnitude, so the sign needs no read. */
function inputOf({ force }: LayerInForce, nonNegative: boolean): Input {
  const { dac } = force
  const described = dac !== null && dac.sign !== 'auto'
  const inputSigned = described ? dac.sign === 'signed' : !nonNegative
  const sign = { inputSigned, inputSignFrom: described ? ('described' as const) : nonNegative ? ('network' as const) : ('assumed' as const) }
  if (dac === null) return { inputBits: null, bitSerial: false, reads: 1, bitsPerRead: null, dynamicRange: false, ...sign }
  const dynamicRange = dac.range.kind === 'per-vector'
  if (dac.streaming === 'analog') return { inputBits: dac.inputBits, bitSerial: false, reads: 1, bitsPerRead: dac.inputBits, dynamicRange, ...sign }
  const magnitudeBits = inputSigned ? dac.inputBits - 1 : dac.inputBits
  const bitsPerRead = Math.min(dac.bitsPerPulse, magnitudeBits)
  return { inputBits: dac.inputBits, bitSerial: true, reads: Math.ceil(magnitudeBits / bitsPerRead), bitsPerRead, dynamicRange, ...sign }
}

/** What has converters of different steps: ranges that are calibrated apart, or that follow from different numbers of rows. */
function stepsOf({ force }: LayerInForce, rows: readonly number[], separate: boolean): AnalogCostLayer['stepPer'] {
  const { adc } = force
  if (adc === null || adc.outputBits === 0) return { tile: false, slice: false, side: false }
  const { range } = adc
  switch (range.kind) {
    case 'calibrated': return { tile: range.scope === 'tile' && rows.length > 1, slice: force.sliceCount > 1, side: separate }
    case 'full-scale': return { tile: rows.some((count) => count !== rows[0]), slice: false, side: false }
    case 'fixed': return { tile: false, slice: range.perSlice.some((end) => end !== range.perSlice[0]), side: false }
  }
}

/**
 * @param nonNegative The layer's input cannot be negative.
 * @param stored Nominal weights and their scale; null where another layer that shares them keeps them digital.
 * @param sharesArraysOf The layer before it on the same arrays.
 */
export function layerInventory(
  network: Network, { layer, layout }: MappedLayer, own: LayerInForce, nonNegative: boolean, stored: { values: Float32Array; scale: number | Float32Array } | null, sharesArraysOf: string | null
): AnalogCostLayer {
  const { hardware, force } = own
  const tiles = layerTiles(layer.node, layout, hardware)
  const pair = force.conductance !== null && force.cell.kind === 'differential'
  const separate = pair && force.cell.digitization === 'separate'
  const { representation } = hardware
  const positions = positionsOf(network, layer)
  return {
    kind: 'analog', node: layer.node, operator: layer.opType, sharesArraysOf,
    positions,
    overlaps: Math.max(0, positions * layout.groups * layout.columns - elementsPerImage(network, layer.output)),
    inputElements: elementsPerImage(network, layer.input),
    groups: layout.groups, rows: layout.rows, columns: layout.columns,
    rowTiles: tiles.rowTiles, columnTiles: tiles.columnTiles, arrayRows: tiles.arrayRows, arrayColumns: tiles.arrayColumns,
    slices: force.sliceCount, sliceBits: force.sliceCount > 1 ? force.bitsPerSlice : 0,
    cellsPerValue: pair ? 2 : 1,
    conversionsPerColumn: separate ? 2 : 1,
    reference: force.conductance !== null && force.cell.kind === 'offset' ? force.cell.reference : 'none',
    ...inputOf(own, nonNegative),
    outputBits: force.adc === null || force.adc.outputBits === 0 ? null : force.adc.outputBits,
    stepPer: stepsOf(own, rowsOfTiles(layout, tileGrid(layout, hardware.array)), separate),
    granularity: representation.scaleGranularity,
    exponentBits: force.scaleExponentBits,
    bias: layer.bias === null ? 'none' : representation.bias,
    compensation: force.compensation,
    meanCell: stored === null ? null : meanCell(force, layout, tiles.columnTiles, stored.values, stored.scale),
    deviceReadSeconds: force.conductance !== null && 'readSeconds' in force.conductance ? force.conductance.readSeconds : null
  }
}
