/** Networks beside the one in use: opened, and held to its layers. */
import { fail, type ProblemCode } from '@shared/problems'
import { importNetwork } from '../onnx/import'
import type { Network } from '../onnx/network'
import { openNetwork } from '../onnx/network-store'

/** An imported network, or an ONNX file that is imported for the purpose and not stored. */
export type NetworkSource = { folder: string } | { file: string }

export const openSource = (source: NetworkSource): Promise<Network> => ('folder' in source ? openNetwork(source.folder) : importNetwork(source.file))

/** `conv1 (16×3×3×3, with a bias)` of every analog layer, in the order of computation. */
const layersOf = ({ report }: Network): string[] =>
  report.nodes.flatMap(({ name, placement, matrix }) => (placement === 'analog' ? [`${name} (${matrix?.weightShape.join('×') ?? ''}, ${matrix?.hasBias === true ? 'with a bias' : 'no bias'})`] : []))

interface Comparison {
  code: ProblemCode
  /** The setting that names the other network. */
  where: string
  /** How a message calls it, at the beginning of a sentence. */
  name: string
}

/** Ends with a problem that names the first difference when `other` does not have the layers, the input and the classes of `network`. */
export function requireSameLayers(network: Network, other: Network, { code, where, name }: Comparison): void {
  const differs = (message: string): never => fail(code, where, message, 'Compare with a network that was made from this one by fine-tuning.')
  const [own, others] = [layersOf(network), layersOf(other)]
  const first = own.findIndex((layer, index) => layer !== others[index])
  const at = first >= 0 ? first : own.length
  if (first >= 0 || own.length !== others.length) differs(`${name} has ${others[at] === undefined ? 'no further layer' : `the layer ${others[at]}`} where the network has ${own[at] ?? 'none'}.`)
  const [input, otherInput] = [network.input.shape.slice(1).join('×'), other.input.shape.slice(1).join('×')]
  if (input !== otherInput) differs(`${name} takes images of ${otherInput} values, the network of ${input}.`)
  if (network.output.classes !== other.output.classes) differs(`${name} has ${other.output.classes} classes, the network ${network.output.classes}.`)
}
