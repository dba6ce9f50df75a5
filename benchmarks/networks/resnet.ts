/**
 * ResNet for 32 × 32 colour images with random weights: K. He et al., "Deep Residual Learning for Image Recognition", arXiv:1512.03385, §4.2.
 * Three groups of (depth − 2)/6 blocks of 16, 32, 64 channels; shortcuts without parameters (option A): every second position, new channels zero.
 */
import type { Model } from '../../src-main/engine/onnx/graph'
import { LayerBuilder } from '../../src-main/engine/onnx/layer-builder'

export function resNet(depth: number, classes: number, seed = 1): Model {
  const blocks = (depth - 2) / 6
  if (!Number.isInteger(blocks)) throw new Error(`A ResNet for small images has a depth of 6n + 2, not ${depth}`)
  const build = new LayerBuilder(`resnet-${depth}`, [3, 32, 32], seed)
  const convolution = (x: string, inputs: number, outputs: number, stride: number): string =>
    build.batchNorm(build.conv(x, inputs, outputs, 3, { stride, bias: false }), outputs)
  let channels = 16
  let x = build.relu(convolution('image', 3, channels, 1))
  for (const [group, outputs] of [16, 32, 64].entries()) {
    for (let block = 0; block < blocks; block++) {
      const stride = group > 0 && block === 0 ? 2 : 1
      const residual = convolution(build.relu(convolution(x, channels, outputs, stride)), outputs, outputs, 1)
      x = build.relu(build.add(residual, stride === 1 ? x : everySecond(build, x, outputs - channels)))
      channels = outputs
    }
  }
  return build.finish(build.dense(build.globalAveragePool(x), channels, classes), classes)
}

/** Every second row and column, with channels of zeros behind the others. */
function everySecond({ graph }: LayerBuilder, x: string, newChannels: number): string {
  const end = 2 ** 31 - 1
  const sliced = graph.node('Slice', [x, graph.ints([0, 0]), graph.ints([end, end]), graph.ints([2, 3]), graph.ints([2, 2])])
  return graph.node('Pad', [sliced, graph.ints([0, 0, 0, 0, 0, newChannels, 0, 0])])
}
