/** The inventory of a network on a hardware description: what the cost estimate counts. Pure; knows no figures. */
import type { CostInventory, CostLayer } from '@shared/cost'
import { requireConsistent, type Hardware } from '@shared/hardware'
import type { Network } from '../../onnx/network'
import { Programmer } from '../chip-instance'
import { layerNames, layersInForce, mappedLayers, networkParameters, parameterValues, storedInAnalog } from '../compile'
import type { Scales } from '../scales'
import { nonNegativeValues } from './input-sign'
import { layerInventory } from './layer-inventory'

/** Operators that move values and compute nothing. */
const movements = new Set([
  'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Concat', 'Split', 'Slice', 'Gather', 'Pad', 'Expand', 'Identity', 'Tile', 'DepthToSpace', 'SpaceToDepth', 'Constant', 'Shape', 'Cast', 'Dropout'
])

/** Problem: HARDWARE_INVALID names the field of a description that does not fit together. */
export function costInventory(network: Network, hardware: Hardware): CostInventory {
  requireConsistent(hardware)
  const mapped = mappedLayers(network)
  const names = layerNames(mapped)
  const inForce = layersInForce(names, hardware)
  const { graph } = network.model
  const nonNegative = nonNegativeValues(graph)

  const parameters = storedInAnalog(networkParameters(mapped), names, hardware)
  const values = parameterValues(graph, parameters)
  // Only cells need scales: without them the energy of a read does not follow from the weights.
  const scales: Scales = inForce.some((own) => own?.force.conductance != null) ? new Programmer(parameters, names, hardware).setScales(values) : parameters.map(() => 1)
  const stored = new Map(parameters.map(({ name }, p) => [name, { values: values[p]!, scale: scales[p]! }]))

  const layerAt = new Map(mapped.map((layer, index) => [layer.layer.node, { layer, own: inForce[index]! }]))
  const biasNodes = new Set(mapped.flatMap(({ layer }) => (layer.biasNode === null ? [] : [layer.biasNode])))
  const uncounted = new Set<string>()
  const counted = new Map<string, string>()
  const layers = network.report.nodes.flatMap((node): CostLayer[] => {
    const found = layerAt.get(node.name)
    if (found !== undefined && found.own !== null) {
      const { layer } = found.layer
      const before = counted.get(layer.weight.name) ?? null
      if (before === null) counted.set(layer.weight.name, layer.node)
      return [layerInventory(network, found.layer, found.own, nonNegative.has(layer.input), stored.get(layer.weight.name) ?? null, before)]
    }
    if (node.macs > 0) return [{ kind: 'digital', node: node.name, operator: node.opType, macs: node.macs, reason: found === undefined ? node.reason : 'Kept digital by the hardware description.' }]
    if (!biasNodes.has(node.name) && !movements.has(node.opType)) uncounted.add(node.opType)
    return []
  })
  return { network: network.report.name, layers, uncountedOperators: [...uncounted].sort() }
}
