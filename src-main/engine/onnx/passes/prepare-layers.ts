/**
 * Brings analog layers into one form, so that mapping, simulation and training need few special cases: the activation on the
 * left of the constant, Gemm with alpha = beta = 1, one bias for each column in the product or in an Add directly behind a
 * MatMul, weights and biases owned by layers.
 */
import type { Model } from '../graph'
import { findBiases } from './biases'
import { constantProducts } from './constant-products'
import type { ShapeOf } from './graph-edit'
import { ownWeights } from './own-weights'

/** @param shapeOf Shapes of the model's values at one batch size. */
export function prepareLayers(model: Model, shapeOf: ShapeOf, notes: string[]): Model {
  const products = constantProducts(model, shapeOf)
  return ownWeights(findBiases(products.model, products.shapeOf), notes)
}
