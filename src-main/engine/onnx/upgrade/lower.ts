/**
 * Newer operator sets brought down to that of imported networks. Behind it nearly all changes are element types that were
 * added (bfloat16 in 22, narrow floats and integers from 23 on), so that the version alone is written; a network with an
 * operator or an attribute that only came later keeps its own version.
 */
import { importedOpset, type Model, type Node } from '../graph'
import { anyNode } from '../graph-queries'

const laterOperators = new Set(['Attention', 'RMSNormalization', 'RotaryEmbedding', 'Swish', 'TensorScatter', 'BitCast', 'CumProd'])
const laterAttributes: ReadonlyMap<string, readonly string[]> = new Map([
  ['QuantizeLinear', ['precision']], ['DequantizeLinear', ['output_dtype']], ['Cast', ['round_mode']], ['CastLike', ['round_mode']]
])

const cameLater = (node: Node): boolean =>
  node.domain === '' && (laterOperators.has(node.opType) || (laterAttributes.get(node.opType) ?? []).some((name) => node.attributes.has(name)))

/** The operator-set version that a model of a newer one has after the import. */
export function loweredOpset(model: Model, from: number): number {
  if (from <= importedOpset) return from
  return anyNode(model.graph, cameLater) ? from : importedOpset
}
