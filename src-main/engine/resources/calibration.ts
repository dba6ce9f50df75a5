/** Memory of calibrating converters, when values of the whole network are looked at together. */
import { hardwareInForce, layerHardware, type Hardware } from '@shared/hardware'
import type { TileCount } from '@shared/network'
import { mappedLayers } from '../analog/compile'
import { layerTiles } from '../analog/network-tiles'
import type { Network } from '../onnx/network'
import { bytesPerImage } from './activations'

/** Arrays of one tile that are converted apart. */
export const digitizedArrays = ({ slices, cellsPerValue }: TileCount, { cell }: Hardware): number => slices * (cell.digitization === 'separate' ? cellsPerValue : 1)

/** Bytes per image of what arrives at the converters of the whole network, read by read. */
export function calibratedBytesPerImage(network: Network, hardware: Hardware): number {
  const layers = mappedLayers(network)
  const names = layers.map(({ layer }) => layer.node)
  const inputs = new Set<string>()
  const sums = layers.map(({ layer, layout }, index) => {
    const own = layerHardware(hardware, names, index)
    if (own === 'digital') return 0
    const { dac, adc } = hardwareInForce(own)
    if (dac !== null) inputs.add(layer.input)
    const tiles = layerTiles(layer.node, layout, own)
    const reads = dac?.streaming === 'bit-serial' ? dac.inputBits : 1
    return adc === null ? 0 : tiles.rowTiles * digitizedArrays(tiles, own) * reads * bytesPerImage(network, layer.output)
  })
  return [...inputs].reduce((sum, input) => sum + bytesPerImage(network, input), sums.reduce((sum, bytes) => sum + bytes, 0))
}
