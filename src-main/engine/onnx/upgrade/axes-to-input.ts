/** `axes` (and `split`) became inputs: in operator set 13 of these, in 18 of the other reductions. */
import { changed, int64Vector, type UpgradeRule } from './rule'

const moving = (version: number, operators: readonly string[], attribute: string): UpgradeRule => ({
  operators,
  version,
  upgrade(node, context) {
    const values = node.attributes.get(attribute)
    if (values?.kind !== 'ints') context.builder.append(node)
    else {
      const input = int64Vector(context, `${node.opType.toLowerCase()}_${attribute}`, values.value)
      context.builder.append(changed(node, { inputs: [node.inputs[0]!, input], without: [attribute] }))
    }
  }
})

export const axesToInput = moving(13, ['Squeeze', 'Unsqueeze', 'ReduceSum'], 'axes')
export const splitToInput = moving(13, ['Split'], 'split')
export const reductionAxesToInput = moving(
  18, ['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'], 'axes'
)
