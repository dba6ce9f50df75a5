/** Losses as graph nodes, with the gradient that starts the backward walk. */
import type { GraphBuilder } from '../onnx/graph-builder'

/** What is minimised: with the true classes, with a teacher's scores as well, or with target outputs. */
export type Loss =
  | { kind: 'cross-entropy' }
  /** `weight` of the teacher in the loss, 0 … 1; `temperature` > 0 divides the scores of both. */
  | { kind: 'distillation'; weight: number; temperature: number }
  | { kind: 'mean-square-error' }
  /** Without a unit: learning rates mean the same whatever the outputs are measured in. */
  | { kind: 'relative-square-error' }

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
 * The scores z of a network beside those of its teacher, u, both [batch, classes] and divided by the temperature T: T² times the Kullback–Leibler divergence
 * of the softened classes, mean over the batch, in nats. Source: G. Hinton et al., "Distilling the Knowledge in a Neural Network", arXiv:1503.02531.
 *
 *     L = T²/batch · Σ_n Σ_c p_nc (log p_nc − log q_nc)      p = softmax(u/T), q = softmax(z/T)      ∂L/∂z = T (q − p) / batch
 */
export function softenedDivergence(builder: GraphBuilder, logits: string, teacher: string, batch: number, temperature: number): LossNodes {
  const softened = (scores: string): string => builder.node('LogSoftmax', [builder.node('Mul', [scores, builder.scalar(1 / temperature)])], { axis: 1 })
  const own = softened(logits)
  const taught = softened(teacher)
  const probabilities = builder.node('Exp', [taught])
  const terms = builder.node('Mul', [probabilities, builder.node('Sub', [taught, own])])
  const sum = builder.node('ReduceSum', [terms, builder.ints([0, 1])], { keepdims: 0 })
  const loss = builder.node('Mul', [sum, builder.scalar(temperature ** 2 / batch)], {}, { output: builder.fresh('divergence') })
  const excess = builder.node('Sub', [builder.node('Exp', [own]), probabilities])
  return { loss, gradient: builder.node('Mul', [excess, builder.scalar(temperature / batch)]) }
}

/** (1 − share)·a + share·b. */
export function mixed(builder: GraphBuilder, a: LossNodes, b: LossNodes, share: number): LossNodes {
  const mix = (left: string, right: string, output?: string): string =>
    builder.node('Add', [builder.node('Mul', [left, builder.scalar(1 - share)]), builder.node('Mul', [right, builder.scalar(share)])], {}, output === undefined ? {} : { output })
  return { loss: mix(a.loss, b.loss, builder.fresh('mixed_loss')), gradient: mix(a.gradient, b.gradient) }
}

/**
 * Mean square error of outputs y from targets t, mean over all m elements, in the outputs' unit squared:
 *
 *     L = 1/m · Σ (y − t)²      ∂L/∂y = 2 (y − t) / m
 */
export function meanSquareError(builder: GraphBuilder, outputs: string, targets: string, elements: number): LossNodes {
  const difference = builder.node('Sub', [outputs, targets])
  const loss = builder.node('Mul', [energyOf(builder, difference, elements), builder.scalar(1 / elements)], {}, { output: builder.fresh('loss') })
  return { loss, gradient: builder.node('Mul', [difference, builder.scalar(2 / elements)]) }
}

/**
 * Square error of outputs y from targets t as a share of the targets' energy, sums over all elements; what a fidelity is the logarithm of:
 *
 *     L = Σ (y − t)² / Σ t²      ∂L/∂y = 2 (y − t) / Σ t²
 */
export function relativeSquareError(builder: GraphBuilder, outputs: string, targets: string, elements: number): LossNodes {
  const difference = builder.node('Sub', [outputs, targets])
  const energy = energyOf(builder, targets, elements)
  const loss = builder.node('Div', [energyOf(builder, difference, elements), energy], {}, { output: builder.fresh('loss') })
  return { loss, gradient: builder.node('Div', [builder.node('Mul', [difference, builder.scalar(2)]), energy]) }
}

/** Σ x² over all elements, a scalar. */
function energyOf(builder: GraphBuilder, value: string, elements: number): string {
  const flat = builder.node('Reshape', [value, builder.ints([elements])])
  return builder.node('ReduceSum', [builder.node('Mul', [flat, flat]), builder.ints([0])], { keepdims: 0 })
}
