/** Operator set 11: the limits of Clip, and the widths and the value of Pad, became inputs. */
import { floatAttribute, intsAttribute } from '../graph'
import { changed, floatScalar, int64Vector, type UpgradeRule } from './rule'

export const clip: UpgradeRule = {
  operators: ['Clip'],
  version: 11,
  upgrade(node, context) {
    const limit = (name: 'min' | 'max'): string => {
      const value = node.attributes.get(name)
      return value?.kind === 'float' ? context.builder.constant(`clip_${name}`, floatScalar(value.value)) : ''
    }
    context.builder.append(changed(node, { inputs: [node.inputs[0]!, limit('min'), limit('max')], without: ['min', 'max'] }))
  }
}

export const pad: UpgradeRule = {
  operators: ['Pad'],
  version: 11,
  upgrade(node, context) {
    const pads = int64Vector(context, 'pads', intsAttribute(node, 'pads', []))
    const value = floatAttribute(node, 'value', 0)
    const inputs = [node.inputs[0]!, pads, value === 0 ? '' : context.builder.constant('pad_value', floatScalar(value))]
    context.builder.append(changed(node, { inputs, without: ['pads', 'value'] }))
  }
}
