/** Memory of a network's values per image, from their shapes. */
import type { Network } from '../onnx/network'

const bytesPerElement = 4

/** Bytes that one image adds to a value; 0 where the shape is unknown. */
export function bytesPerImage({ shapes, batch }: Network, value: string): number {
  const elements = (images: number): number => shapes.shape(value, images)?.reduce((product, dim) => product * dim, 1) ?? 0
  return bytesPerElement * (batch === 'free' ? Math.max(0, elements(2) - elements(1)) : elements(batch) / batch)
}

/**
 * The most that lives at the same time in a forward pass, in the order of the graph.
 * @param extra Bytes per image that a node needs besides its inputs and outputs, by its name.
 */
export function livePeakPerImage(network: Network, extra: ReadonlyMap<string, number>): number {
  const { nodes } = network.model.graph
  const lastUse = new Map<string, number>()
  nodes.forEach((node, n) => node.inputs.forEach((input) => lastUse.set(input, n)))
  let live = bytesPerImage(network, network.input.name)
  let peak = live
  nodes.forEach((node, n) => {
    for (const output of node.outputs) live += bytesPerImage(network, output)
    peak = Math.max(peak, live + (extra.get(node.name) ?? 0))
    for (const value of new Set([...node.inputs, ...node.outputs])) if ((lastUse.get(value) ?? n) === n) live -= bytesPerImage(network, value)
  })
  return peak
}

/** All values of a forward pass, as training keeps them for the backward one. */
export const allValuesPerImage = (network: Network): number =>
  network.model.graph.nodes.reduce((sum, node) => node.outputs.reduce((total, output) => total + bytesPerImage(network, output), sum), 0)
