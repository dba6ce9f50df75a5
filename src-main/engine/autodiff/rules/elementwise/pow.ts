/**
 * Pow: Y = X^P, broadcast.
 *
 *     ∂X = ∂Y · P · X^(P − 1)      ∂P = ∂Y · Y · ln X
 *
 * At X = 0 the slope is infinite for P < 1, where PyTorch gives ∞ and one such element would end a training; 0 is given
 * here, the finite choice that it also makes for P = 0. ∂P is 0 where X ≤ 0 (PyTorch: 0 at X = 0; not a number below).
 */
import type { NumericTensor } from '../../../onnx/graph'
import { sumToShape } from '../../broadcast'
import { algebra } from '../../algebra'
import type { GradientRule } from '../../gradient-rule'

export const powRule: GradientRule = {
  opType: 'Pow',
  gradient(context) {
    const { builder, upstream, needs } = context
    const { mul, pow, sub, where, and, equal, less, greater, log } = algebra(builder)
    const x = context.input(0)
    const constant = context.constant(context.input(1))
    const exponents = constant === undefined ? undefined : Array.from(constant.data as ArrayLike<number | bigint>, Number)

    /** One power for all elements, as in most networks. */
    const slopeOfPower = (power: number): string => {
      if (power === 2) return mul(x, 2)
      const slope = mul(pow(x, power - 1), power)
      return power < 1 ? where(equal(x, 0), 0, slope) : slope
    }
    const slopeOfPowers = (): string => {
      const powers = constant === undefined ? context.input(1) : builder.constant('powers', asFloats(constant))
      return where(and(equal(x, 0), less(powers, 1)), 0, mul(pow(x, sub(powers, 1)), powers))
    }
    const gradientBase = (): string => {
      const slope = exponents?.length === 1 ? slopeOfPower(exponents[0]!) : slopeOfPowers()
      return sumToShape(builder, mul(upstream, slope), context.outputShape(), context.inputShape(0))
    }
    const gradientExponent = (): string => {
      const logarithm = log(where(greater(x, 0), x, 1))
      return sumToShape(builder, mul(mul(upstream, context.node.outputs[0]!), logarithm), context.outputShape(), context.inputShape(1))
    }
    return [needs(0) ? gradientBase() : undefined, needs(1) ? gradientExponent() : undefined]
  }
}

const asFloats = (tensor: NumericTensor): NumericTensor => ({ type: 'float32', dims: tensor.dims, data: Float32Array.from(tensor.data as ArrayLike<number | bigint>, Number) })
