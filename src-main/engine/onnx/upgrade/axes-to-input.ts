/** Operator set 13: `axes` (and `split`) became inputs. */
import { changed, int64Vector, type UpgradeRule } from './rule'

const moving = (operators: readonly string[], attribute: string): UpgradeRule => ({
  operators,
  version: 13,
  upgrade(node, context) {
    const values = node.attributes.get(attribute)
    if (values?.kind !== 'ints') context.builder.append(node)
    else {
      const input = int64Vector(context, `${node.opType.toLowerCase()}_${attribute}`, values.value)
      context.builder.append(changed(node, { inputs: [node.inputs[0]!, input], without: [attribute] }))
    }
  }
})

export const axesToInput = moving(['Squeeze', 'Unsqueeze', 'ReduceSum'], 'axes')
export const splitToInput = moving(['Split'], 'split')
