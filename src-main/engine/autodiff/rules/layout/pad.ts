/**
 * Pad. What constant padding adds passes no gradient on: ∂X is ∂Y without the padding, by one Pad of negative amounts. Padding by reflection, by the edge or
 * around repeats elements of X, each axis for itself: ∂X = ∂Y · Pᵀ along each padded axis, P [n, m] the padded unit matrix (axis-matrix.ts).
 */
import { stringAttribute } from '../../../onnx/graph'
import { constantInts, fromFront, type GradientRule, type RuleContext } from '../../gradient-rule'
import { timesTransposed, unitMatrix } from '../../axis-matrix'

export const padRule: GradientRule = {
  opType: 'Pad',
  gradient(context) {
    const { builder, node, upstream } = context
    if (context.needs(2)) context.unsupported('the padding value depends on a trained parameter')
    const shape = context.inputShape(0)
    const amounts = padAmounts(context, shape.length)
    const mode = stringAttribute(node, 'mode', 'constant')
    if (mode === 'constant') return [builder.node('Pad', [upstream, builder.ints(amounts.flat().map((amount) => -amount))])]
    const [begin = [], end = []] = amounts
    let gradient = upstream
    const current = [...context.outputShape()]
    shape.forEach((size, axis) => {
      const [front = 0, behind = 0] = [begin[axis], end[axis]]
      if (front === 0 && behind === 0) return
      const matrix = builder.node('Pad', [unitMatrix(builder, size), builder.ints([0, front, 0, behind])], { mode })
      gradient = timesTransposed(builder, gradient, current, axis, matrix)
      current[axis] = size
    })
    return [gradient]
  }
}

/** In front of and behind every axis. */
function padAmounts(context: RuleContext, rank: number): [number[], number[]] {
  const pads = constantInts(context, 1) ?? []
  const axes = constantInts(context, 3)
  const half = pads.length / 2
  const amounts: [number[], number[]] = [new Array<number>(rank).fill(0), new Array<number>(rank).fill(0)]
  pads.forEach((amount, index) => {
    const position = index % half
    const axis = axes === undefined ? position : fromFront(axes[position] ?? 0, rank)
    amounts[index < half ? 0 : 1][axis] = amount
  })
  return amounts
}
