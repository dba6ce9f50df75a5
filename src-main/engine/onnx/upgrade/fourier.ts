/** Operator set 20: the axis of DFT became an input, and its default another one. */
import { intAttribute } from '../graph'
import { changed, type UpgradeRule } from './rule'

export const fourier: UpgradeRule = {
  operators: ['DFT'],
  version: 20,
  upgrade(node, context) {
    const axis = context.builder.constant('dft_axis', { type: 'int64', dims: [], data: BigInt64Array.of(BigInt(intAttribute(node, 'axis', 1))) })
    context.builder.append(changed(node, { inputs: [node.inputs[0]!, node.inputs[1] ?? '', axis], without: ['axis'] }))
  }
}
