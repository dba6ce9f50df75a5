/**
 * Resize, in every mode that is linear in X (nearest, linear, cubic, with any coordinates): along each resized axis Y = X · R, R [n, m] the resized unit
 * matrix, hence ∂X = ∂Y · Rᵀ (axis-matrix.ts). Axes are resized one after another, which gives the same as together.
 */
import { intsAttribute, stringAttribute, type AttributeValue } from '../../../onnx/graph'
import { constantInts, fromFront, type GradientRule, type RuleContext } from '../../gradient-rule'
import { timesTransposed, unitMatrix } from '../../axis-matrix'

export const resizeRule: GradientRule = {
  opType: 'Resize',
  gradient(context) {
    const { builder, node } = context
    if (stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize') context.unsupported('it cuts a region out (tf_crop_and_resize)')
    const shape = context.inputShape(0)
    const scales = scalesOf(context, shape)
    let gradient = context.upstream
    const current = [...context.outputShape()]
    shape.forEach((size, axis) => {
      const wanted = current[axis] ?? size
      if (size === wanted && scales?.[axis] === 1) return
      if (size === wanted && scales === null) return
      // The axis stands third of four, where every mode of ONNX Runtime resizes; the unit vectors are a batch.
      const units = unitMatrix(builder, size, [size, 1, size, 1])
      const given = scales === null
        ? ['', '', builder.ints([size, 1, wanted, 1])]
        : ['', builder.constant('scales', { type: 'float32', dims: [4], data: Float32Array.of(1, 1, scales[axis] ?? 1, 1) })]
      const resized = builder.node('Resize', [units, ...given], Object.fromEntries([...node.attributes].filter(([name]) => keptAttributes.has(name)) as [string, AttributeValue][]))
      gradient = timesTransposed(builder, gradient, current, axis, builder.node('Reshape', [resized, builder.ints([size, wanted])]))
      current[axis] = size
    })
    return [gradient]
  }
}

/** All that say how positions and weights follow; axes and the policy for aspect ratios are resolved already. */
const keptAttributes = new Set(['mode', 'coordinate_transformation_mode', 'nearest_mode', 'cubic_coeff_a', 'exclude_outside', 'antialias', 'extrapolation_value'])

/** The factor of each axis; null where sizes are given. */
function scalesOf(context: RuleContext, shape: readonly number[]): number[] | null {
  const name = context.input(2)
  const given = name === '' ? undefined : context.constant(name)
  if (name !== '' && given === undefined) context.unsupported('its scales are computed while the network runs')
  if (given === undefined || given.data.length === 0) {
    if (stringAttribute(context.node, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') context.unsupported('it keeps the aspect ratio of a given size')
    return constantInts(context, 3) === undefined ? context.unsupported('it has neither scales nor sizes') : null
  }
  const axes = intsAttribute(context.node, 'axes', shape.map((_, axis) => axis)).map((axis) => fromFront(axis, shape.length))
  const scales = shape.map(() => 1)
  axes.forEach((axis, i) => (scales[axis] = Number(given.data[i])))
  return scales
}
