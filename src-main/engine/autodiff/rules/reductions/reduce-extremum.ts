/** ReduceMax and ReduceMin: elements equal to the result share ∂Y in equal parts, as torch.amax and torch.amin do. */
import { onnxFloat } from '../../broadcast'
import { reductionRule } from './reduction'

export const reduceExtremumRules = ['ReduceMax', 'ReduceMin'].map((opType) =>
  reductionRule(opType, ({ context, upstream, x, y, axes, mul, div, equal, sum }) => {
    const winners = context.builder.node('Cast', [equal(x, y)], { to: onnxFloat })
    return mul(div(upstream, sum(winners, axes)), winners)
  })
)
