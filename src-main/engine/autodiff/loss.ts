/** Losses as graph nodes, with the gradient that starts the backward walk. */
import type { GraphBuilder } from '../onnx/graph-builder'

export interface LossNodes {
  /** Scalar. */
  loss: string
  /** Gradient of the loss with respect to the logits, shape of the logits. */
  gradient: string
}

/**
 * Softmax and cross-entropy, mean over the batch, in nats, from logits z [batch, classes] and labels t [batch]:
 *
 *     L = −1/batch · Σ_n log softmax(z_n)[t_n]      ∂L/∂z = (softmax(z) − onehot(t)) / batch
 *
 * A label outside of 0 … classes − 1 matches no class (ONNX OneHot), so check labels before they come here.
 */
export function softmaxCrossEntropy(builder: GraphBuilder, logits: string, labels: string, batch: number, classes: number): LossNodes {
  const logProbabilities = builder.node('LogSoftmax', [logits], { axis: 1 })
  const depth = builder.constant('classes', { type: 'int64', dims: [1], data: BigInt64Array.of(BigInt(classes)) })
  const offOn = builder.constant('off_on', { type: 'float32', dims: [2], data: Float32Array.of(0, 1) })
  const target = builder.node('OneHot', [labels, depth, offOn], { axis: -1 })
  const picked = builder.node('ReduceSum', [builder.node('Mul', [logProbabilities, target]), builder.ints([0, 1])], { keepdims: 0 })
  const loss = builder.node('Mul', [picked, builder.scalar(-1 / batch)], {}, { output: builder.fresh('loss') })
  const excess = builder.node('Sub', [builder.node('Exp', [logProbabilities]), target])
  return { loss, gradient: builder.node('Mul', [excess, builder.scalar(1 / batch)]) }
}

/**
 * Mean square error of outputs y from targets t, mean over all m elements, in the outputs' unit squared:
 *
 *     L = 1/m · Σ (y − t)²      ∂L/∂y = 2 (y − t) / m
 */
export function meanSquareError(builder: GraphBuilder, outputs: string, targets: string, elements: number): LossNodes {
  const difference = builder.node('Sub', [outputs, targets])
  const flat = builder.node('Reshape', [difference, builder.ints([elements])])
  const sum = builder.node('ReduceSum', [builder.node('Mul', [flat, flat]), builder.ints([0])], { keepdims: 0 })
  const loss = builder.node('Mul', [sum, builder.scalar(1 / elements)], {}, { output: builder.fresh('loss') })
  return { loss, gradient: builder.node('Mul', [difference, builder.scalar(2 / elements)]) }
}
