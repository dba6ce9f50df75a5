/**
 * QuantizeLinear and DequantizeLinear (default and com.microsoft domain), as the straight-through estimator:
 *
 *     q = saturate(round(x / s) + z)        y = (q − z) · s′
 *
 * Rounding is taken for the identity, saturation is not: ∂x = ∂y · s′ / s where x is represented, 0 where it is clipped.
 * "Represented" is lowest − ½ ≤ x/s + z ≤ highest + ½: what rounds to a code that exists. Zero points are constants to the
 * gradient, and so are scales unless they are trained.
 *
 * A trained scale is that of a learned step size (S. K. Esser et al., arXiv:1902.08153, equation 3): from y = s·q with
 * rounding taken for the identity,
 *
 *     ∂s = Σ ∂y · (q − z − x/s)  where x is represented,   Σ ∂y · (q − z)  where it is clipped
 *
 * It is one number for the pair, which must stand together. Both terms are taken as differences of y and x element by
 * element, because sums of q and of x/s by themselves would cancel in single precision.
 *
 * The codes q are whole numbers, which have no gradient; the two rules pass on, as "gradient of q", the gradient with
 * respect to s · q, a float in the shape of q. So layout operators (Reshape, Transpose, …) may stand between the pair, and
 * a pair of equal scales costs no multiplication.
 */
import { fromFront, type GradientRule, type RuleContext } from '../../gradient-rule'
import { elementCount, intAttribute, runtimeDomain, type Node, type NumericType } from '../../../onnx/graph'
import { algebra } from '../../algebra'
import { maskWhere, sameShape, sumToShape } from '../../broadcast'

/** Lowest and highest code of each type that QuantizeLinear can give. */
const codeRange: Partial<Record<NumericType, readonly [number, number]>> = {
  uint8: [0, 0xff],
  int8: [-0x80, 0x7f],
  uint16: [0, 0xffff],
  int16: [-0x8000, 0x7fff]
}

/** Puts one number per position of `axis` into a shape that broadcasts against the quantised value. */
function alongAxis(context: RuleContext, value: string, shape: readonly number[], rank: number, axis: number): string {
  const { builder } = context
  if (elementCount(shape) === 1) return shape.length === 0 ? value : builder.node('Reshape', [value, builder.ints([])])
  if (shape.length !== 1) context.unsupported('it quantises in blocks')
  return builder.node('Reshape', [value, builder.ints([-1, ...Array.from({ length: rank - 1 - axis }, () => 1)])])
}

const quantizeLinear = (domain: string): GradientRule => ({
  opType: 'QuantizeLinear',
  domain,
  gradient(context) {
    const { builder, upstream } = context
    const x = context.input(0)
    // A trained scale has its gradient at the DequantizeLinear, which sees both sides of the pair.
    return context.needs(0) ? [maskWhere(builder, represented(context, context.node, x), upstream)] : []
  }
})

/** Where the input `x` of the QuantizeLinear `quantizer` rounds to a code that exists (bool). */
function represented(context: RuleContext, quantizer: Node, x: string): string {
  const { builder } = context
  const [, scaleName = '', zeroName = ''] = quantizer.inputs
  const rank = context.shape(x).length
  const axis = fromFront(intAttribute(quantizer, 'axis', 1), rank)
  const zeroPoint = zeroName === '' ? undefined : context.constant(zeroName)
  if (zeroName !== '' && zeroPoint === undefined) context.unsupported('its zero point is not constant')
  const type = zeroPoint?.type ?? 'uint8'
  const [lowest, highest] = codeRange[type] ?? context.unsupported(`codes of type ${type} are not known`)
  const zeros = Array.from(zeroPoint?.data ?? [0], Number)
  const scale = alongAxis(context, scaleName, context.shape(scaleName), rank, axis)
  /** Half a step outside of the outermost code, in units of x. */
  const border = (code: number): string => {
    const steps = Float32Array.from(zeros, (zero) => code - zero)
    const single = new Set(steps).size === 1
    const constant = single ? builder.scalar(steps[0]!) : builder.constant('border_codes', { type: 'float32', dims: [steps.length], data: steps })
    return builder.node('Mul', [scale, single ? constant : alongAxis(context, constant, [steps.length], rank, axis)])
  }
  const low = border(lowest - 0.5)
  const high = border(highest + 0.5)
  const scalarBorders = new Set(zeros).size === 1 && elementCount(context.shape(scaleName)) === 1
  const limited = scalarBorders ? builder.node('Clip', [x, low, high]) : builder.node('Min', [builder.node('Max', [x, low]), high])
  return builder.node('Equal', [limited, x])
}

const dequantizeLinear = (domain: string): GradientRule => ({
  opType: 'DequantizeLinear',
  domain,
  gradient(context) {
    const { builder, upstream } = context
    const quantizer = quantizerOf(context, context.input(0))
    if (quantizer === undefined) return context.unsupported('its codes do not come from a QuantizeLinear')
    const scale = context.input(1)
    const quantizerScale = quantizer.inputs[1] ?? ''
    if (context.needs(1)) return [upstream, trainedScale(context, quantizer)]
    if (scale === quantizerScale || sameConstant(context, scale, quantizerScale)) return [upstream]
    if (elementCount(context.shape(scale)) !== 1 || elementCount(context.shape(quantizerScale)) !== 1) {
      context.unsupported('its scale is not that of its QuantizeLinear')
    }
    const scalar = (value: string): string => alongAxis(context, value, context.shape(value), 1, 0)
    return [builder.node('Mul', [upstream, builder.node('Div', [scalar(scale), scalar(quantizerScale)])])]
  }
})

/** ∂s of a pair with one trained scale. */
function trainedScale(context: RuleContext, quantizer: Node): string {
  const { builder, node, upstream } = context
  const scale = context.input(1)
  if (scale !== quantizer.inputs[1] || quantizer.outputs[0] !== context.input(0)) context.unsupported('its scale is trained, and its QuantizeLinear is not the node before it or has another scale')
  if (elementCount(context.inputShape(1)) !== 1) context.unsupported('its scale is trained and has several values')
  const { mul, sub, div } = algebra(builder)
  const x = quantizer.inputs[0] ?? ''
  const error = sub(node.outputs[0]!, maskWhere(builder, represented(context, quantizer, x), x))
  return div(sumToShape(builder, mul(upstream, error), context.outputShape(), context.inputShape(1)), scale)
}

/** Operators that only rearrange codes. */
const layoutOperators = new Set(['Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Slice', 'Identity'])

/** The QuantizeLinear that made a value, through operators that only rearrange it. */
function quantizerOf(context: RuleContext, value: string): Node | undefined {
  const producer = context.producer(value)
  if (producer === undefined || producer.opType === 'QuantizeLinear') return producer
  return layoutOperators.has(producer.opType) ? quantizerOf(context, producer.inputs[0] ?? '') : undefined
}

function sameConstant(context: RuleContext, a: string, b: string): boolean {
  const left = context.constant(a)
  const right = context.constant(b)
  if (left === undefined || right === undefined || !sameShape(left.dims, right.dims)) return false
  return left.data.every((value: number | bigint, index: number) => value === right.data[index])
}

/** The runtime's own domain knows 16-bit codes before operator set 21. */
export const quantizationRules: readonly GradientRule[] = ['', runtimeDomain].flatMap((domain) => [quantizeLinear(domain), dequantizeLinear(domain)])
