/** A small network with a layer of every kind that arrays take, for tests of what must hold for all of them. */
import { elementCount, workingOpset, type Model } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import { fillNormal } from '../random/streams'

/** 1 × 8 × 8 images, 4 classes. */
export function everyKindOfLayer(options: { transposed?: boolean; activation?: 'Relu' | 'Tanh' } = {}): Model {
  const builder = new GraphBuilder('every-kind')
  let seed = 0
  /** Normal deviates that keep the size of what passes them. */
  const weights = (dims: readonly number[], inputs: number): string => {
    const data = new Float32Array(elementCount(dims))
    fillNormal(data, { seed: ++seed, purpose: 'synthetic' })
    return builder.constant('w', { type: 'float32', dims, data: data.map((value) => value / Math.sqrt(inputs)) })
  }
  const activated = (x: string): string => builder.node(options.activation ?? 'Relu', [x])
  let x = builder.input({ name: 'image', type: 'float32', shape: ['N', 1, 8, 8] })
  x = activated(builder.node('Conv', [x, weights([6, 1, 3, 3], 9), weights([6], 4)], { strides: [2, 2], pads: [1, 1, 1, 1] }))
  // 6 × 4 × 4 → 4 × 8 × 8 in two groups
  if (options.transposed ?? true) x = activated(builder.node('ConvTranspose', [x, weights([6, 2, 3, 3], 7), weights([4], 4)], { group: 2, strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }))
  else x = activated(builder.node('Conv', [x, weights([4, 6, 1, 1], 6)]))
  x = activated(builder.node('Conv', [x, weights([4, 1, 3, 3], 9)], { group: 4, strides: options.transposed ?? true ? [2, 2] : [1, 1], pads: [1, 1, 1, 1] }))
  // 4 × 4 × 4 → 1 × 4 × 4 × 4 → 3 × 3 × 3 × 3
  x = activated(builder.node('Conv', [builder.node('Unsqueeze', [x, builder.ints([1])]), weights([3, 1, 2, 2, 2], 8)]))
  x = activated(builder.node('Conv', [builder.node('Reshape', [x, builder.ints([0, 9, 9])]), weights([8, 9, 3], 27)], { dilations: [2], pads: [2, 1] }))
  // 8 × 8: tokens of 8 features, mixed by a constant on the left and in four heads of 2 features
  x = activated(builder.node('Add', [builder.node('MatMul', [weights([6, 8], 8), x]), weights([6, 1], 4)]))
  const heads = builder.node('Transpose', [builder.node('Reshape', [x, builder.ints([0, 6, 2, 4])])], { perm: [0, 2, 1, 3] })
  x = activated(builder.node('Add', [builder.node('MatMul', [heads, weights([2, 4, 3], 4)]), weights([2, 1, 3], 4)]))
  const [shared, bias] = [weights([6, 6], 6), weights([6], 4)]
  x = builder.node('Reshape', [builder.node('Transpose', [x], { perm: [0, 2, 1, 3] }), builder.ints([0, 6, 6])])
  for (let use = 0; use < 2; use++) x = activated(builder.node('Add', [builder.node('MatMul', [x, shared]), bias]))
  builder.node('Gemm', [builder.node('Flatten', [x]), weights([4, 36], 36), weights([4], 4)], { transB: 1 }, { output: 'scores' })
  builder.output({ name: 'scores', type: 'float32', shape: ['N', 4] })
  return { irVersion: 8, producer: '', opsets: new Map([['', workingOpset]]), graph: builder.build(), metadata: new Map(), functions: [] }
}
