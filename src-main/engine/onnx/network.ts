/** An imported network: what the rest of the engine works with. Made by `importNetwork`, stored and opened again by `network-store.ts`. */
import type { NetworkReport } from '@shared/network'
import type { Model } from './graph'

/**
 * Shapes of every value of the graph, from probe runs with one and with two images: a dimension that doubled belongs
 * to the batch. Shapes depend on the batch size alone.
 */
export interface ShapeTable {
  /** Shape of `value` for a batch of `batch` images; undefined for values that are not float or integer tensors. */
  shape(value: string, batch: number): readonly number[] | undefined
}

export interface Network {
  /** Folded by ONNX Runtime's basic optimisation, of operator set `importedOpset` where that has all its operators, batch dimension free. */
  model: Model
  /** Name of the image input and its shape without the batch dimension. */
  input: { name: string; shape: readonly number[] }
  /** Name of the output that holds one score per class, shape [batch, classes]. */
  output: { name: string; classes: number }
  /** Images per run: any number, or the one number that the network is tied to. */
  batch: 'free' | number
  shapes: ShapeTable
  report: NetworkReport
}
