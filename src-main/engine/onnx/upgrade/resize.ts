/**
 * Upsample: scales became an input in 9; it became Resize in 10. Resize got a region of interest and a choice of
 * coordinates in 11; what it did before is called `asymmetric`. The specification of 10 left the nearest pixel open; ONNX
 * Runtime takes the next one up along axes that shrink and the one below along axes that grow, so both is two nodes.
 */
import { stringAttribute } from '../graph'
import { changed, type UpgradeRule } from './rule'

export const upsampleScales: UpgradeRule = {
  operators: ['Upsample'],
  version: 9,
  upgrade(node, context) {
    const scales = node.attributes.get('scales')
    const values = scales?.kind === 'floats' ? scales.value : []
    const input = context.builder.constant('scales', { type: 'float32', dims: [values.length], data: Float32Array.from(values) })
    context.builder.append(changed(node, { inputs: [node.inputs[0]!, input], without: ['scales'] }))
  }
}

export const upsampleToResize: UpgradeRule = {
  operators: ['Upsample'],
  version: 10,
  upgrade: (node, context) => context.builder.append(changed(node, { opType: 'Resize' }))
}

export const resizeCoordinates: UpgradeRule = {
  operators: ['Resize'],
  version: 11,
  upgrade(node, context) {
    const { builder } = context
    const [x, scales] = node.inputs as [string, string]
    // The region of interest is only used by a mode that did not exist, but it could not be left out before 13.
    const region = builder.constant('roi', { type: 'float32', dims: [0], data: new Float32Array(0) })
    const resized = (input: string, factors: string, nearest: 'floor' | 'ceil', output: string): void =>
      builder.append({
        ...changed(node, {
          inputs: [input, region, factors],
          set: { coordinate_transformation_mode: { kind: 'string', value: 'asymmetric' }, nearest_mode: { kind: 'string', value: nearest } }
        }),
        outputs: [output]
      })
    const known = builder.initializers.get(scales)
    const values = known?.type === 'float32' ? [...known.data] : []
    const smaller = values.some((value) => value < 1)
    if (stringAttribute(node, 'mode', 'nearest') !== 'nearest' || !smaller) resized(x, scales, 'floor', node.outputs[0]!)
    else if (values.every((value) => value <= 1)) resized(x, scales, 'ceil', node.outputs[0]!)
    else {
      const part = (limit: (a: number, b: number) => number): string =>
        builder.constant('scales', { type: 'float32', dims: [values.length], data: Float32Array.from(values, (value) => limit(value, 1)) })
      const between = builder.fresh(`${node.outputs[0]}_smaller`)
      resized(x, part(Math.min), 'ceil', between)
      resized(between, part(Math.max), 'floor', node.outputs[0]!)
    }
  }
}
