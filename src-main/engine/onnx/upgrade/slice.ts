/** Operator set 10: the bounds of Slice became inputs. */
import { intsAttribute } from '../graph'
import { changed, int64Vector, type UpgradeRule } from './rule'

export const slice: UpgradeRule = {
  operators: ['Slice'],
  version: 10,
  upgrade(node, context) {
    const starts = intsAttribute(node, 'starts', [])
    const ends = intsAttribute(node, 'ends', [])
    const axes = intsAttribute(node, 'axes', starts.map((_, axis) => axis))
    const inputs = [node.inputs[0]!, int64Vector(context, 'slice_starts', starts), int64Vector(context, 'slice_ends', ends), int64Vector(context, 'slice_axes', axes)]
    context.builder.append(changed(node, { inputs, without: ['starts', 'ends', 'axes'] }))
  }
}
