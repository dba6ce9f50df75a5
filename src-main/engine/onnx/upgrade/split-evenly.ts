/** Operator set 18: a Split into equal parts says into how many. */
import { changed, type UpgradeRule } from './rule'

export const splitEvenly: UpgradeRule = {
  operators: ['Split'],
  version: 18,
  upgrade: (node, context) =>
    context.builder.append((node.inputs[1] ?? '') !== '' ? node : changed(node, { set: { num_outputs: { kind: 'int', value: node.outputs.length } } }))
}
