/** A network of one matrix product, y = Wx, as import would make it: what compiler, calibration and chips take. */
import { createHash } from 'node:crypto'
import { writeModel } from '../onnx/codec'
import { workingOpset, type Model } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import type { Network, ShapeTable } from '../onnx/network'
import { buildReport } from '../onnx/report'

/** A matrix in row-major order. */
export interface Matrix {
  rows: number
  columns: number
  values: Float32Array
}

/**
 * The network of one layer without a bias: input `x` [N, inputs], output `y` [N, outputs].
 * @param weights [outputs, inputs]
 * @param layerName Name of the layer's node.
 */
export function productNetwork(weights: Matrix, layerName: string): Network {
  const { rows: outputs, columns: inputs } = weights
  const builder = new GraphBuilder(layerName)
  builder.input({ name: 'x', type: 'float32', shape: ['N', inputs] })
  builder.output({ name: 'y', type: 'float32', shape: ['N', outputs] })
  const weight = builder.constant('weights', { type: 'float32', dims: [outputs, inputs], data: weights.values })
  builder.append({ name: layerName, opType: 'Gemm', domain: '', inputs: ['x', weight], outputs: ['y'], attributes: new Map([['transB', { kind: 'int', value: 1 }]]) })
  const model: Model = { irVersion: 8, producer: 'Analog CIM Studio', opsets: new Map([['', workingOpset]]), graph: builder.build(), metadata: new Map(), functions: [] }
  const shapes: ShapeTable = {
    shape: (value, batch) => (value === 'x' ? [batch, inputs] : value === 'y' ? [batch, outputs] : value === weight ? [outputs, inputs] : undefined)
  }
  const bytes = writeModel(model)
  const input = { name: 'x', shape: [inputs] }
  const output = { name: 'y', classes: outputs }
  const report = buildReport({
    name: layerName, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, original: model, model, shapes, input, output, batch: 'free', freed: false, notes: []
  })
  return { model, input, output, batch: 'free', shapes, report }
}
