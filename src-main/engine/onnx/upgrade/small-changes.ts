/** Changes of a line or two each. */
import { fail } from '@shared/problems'
import { intAttribute } from '../graph'
import { changed, int64Vector, type UpgradeRule } from './rule'

/** k became an input. */
export const topK: UpgradeRule = {
  operators: ['TopK'],
  version: 10,
  upgrade(node, context) {
    const k = int64Vector(context, 'k', [intAttribute(node, 'k', 1)])
    context.builder.append(changed(node, { inputs: [node.inputs[0]!, k], without: ['k'] }))
  }
}

/** The ratio became an input. It has no effect outside of training, which starts only with a further input. */
export const dropout: UpgradeRule = {
  operators: ['Dropout'],
  version: 12,
  upgrade: (node, context) => context.builder.append(changed(node, { without: ['ratio'] }))
}

/** Scatter was renamed. */
export const scatter: UpgradeRule = {
  operators: ['Scatter'],
  version: 11,
  upgrade: (node, context) => context.builder.append(changed(node, { opType: 'ScatterElements' }))
}

/** Another default for where a pixel's middle is. */
export const roiAlign: UpgradeRule = {
  operators: ['RoiAlign'],
  version: 16,
  upgrade: (node, context) =>
    context.builder.append(changed(node, { set: { coordinate_transformation_mode: { kind: 'string', value: 'output_half_pixel' } } }))
}

/** Scan lost its batch dimension in operator set 9; there is no direct equivalent. */
export const scan: UpgradeRule = {
  operators: ['Scan'],
  version: 9,
  upgrade: (node, context) =>
    fail('MODEL_OPSET_UNSUPPORTED', context.where, `Node “${node.name}” is a Scan of operator set 8, whose form was abandoned in 9.`)
}
