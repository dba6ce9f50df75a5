/** What an upgrade rule is. */
import type { AttributeValue, Node, NumericTensor } from '../graph'
import type { GraphBuilder } from '../graph-builder'

export interface UpgradeContext {
  /** Takes the replacement nodes; constants are made through it. */
  builder: GraphBuilder
  /** Number of dimensions of a value, where it is known. */
  rank(value: string): number | undefined
  /** Names the model in problems. */
  where: string
}

/** The form of an operator of the default domain changed with operator set `version`. */
export interface UpgradeRule {
  operators: readonly string[]
  version: number
  /** Appends to the builder what takes the node's place; the outputs keep their names. */
  upgrade(node: Node, context: UpgradeContext): void
}

/** The node with other inputs and attributes. Trailing absent inputs are cut. */
export function changed(node: Node, change: { opType?: string; inputs?: readonly string[]; without?: readonly string[]; set?: Readonly<Record<string, AttributeValue>> }): Node {
  const inputs = [...(change.inputs ?? node.inputs)]
  while (inputs.at(-1) === '') inputs.pop()
  const attributes = new Map<string, AttributeValue>([...node.attributes].filter(([name]) => !change.without?.includes(name)))
  for (const [name, value] of Object.entries(change.set ?? {})) attributes.set(name, value)
  return { ...node, opType: change.opType ?? node.opType, inputs, attributes }
}

/** A one-dimensional int64 constant; INT64_MAX and its like come as ±2^63. */
export function int64Vector(context: UpgradeContext, hint: string, values: readonly number[]): string {
  const limit = 2n ** 63n
  const clamp = (value: number): bigint => {
    const exact = BigInt(value)
    return exact >= limit ? limit - 1n : exact < -limit ? -limit : exact
  }
  return context.builder.constant(hint, { type: 'int64', dims: [values.length], data: BigInt64Array.from(values, clamp) })
}

export const floatScalar = (value: number): NumericTensor => ({ type: 'float32', dims: [], data: Float32Array.of(value) })
