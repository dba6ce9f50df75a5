/**
 * MobileNetV2 of width 1 with random weights: M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv:1801.04381, table 2.
 * For 32 × 32 colour images the first convolution and the first two groups have stride 1 in place of 2.
 */
import type { Model } from '../../src-main/engine/onnx/graph'
import { LayerBuilder } from '../../src-main/engine/onnx/layer-builder'

/** Expansion, output channels, blocks, stride of the first block. */
const groups = [
  [1, 16, 1, 1],
  [6, 24, 2, 1],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1]
] as const
const stemChannels = 32
const lastChannels = 1280

export function mobileNetV2(classes: number, seed = 1): Model {
  const build = new LayerBuilder('mobilenet-v2', [3, 32, 32], seed)
  const convolution = (x: string, inputs: number, outputs: number, kernel: number, options: { stride?: number; groups?: number } = {}): string =>
    build.batchNorm(build.conv(x, inputs, outputs, kernel, { ...options, bias: false }), outputs)
  let channels: number = stemChannels
  let x = build.relu6(convolution('image', 3, channels, 3))
  for (const [expansion, outputs, blocks, firstStride] of groups) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? firstStride : 1
      const hidden = channels * expansion
      const expanded = expansion === 1 ? x : build.relu6(convolution(x, channels, hidden, 1))
      const filtered = build.relu6(convolution(expanded, hidden, hidden, 3, { stride, groups: hidden }))
      const projected = convolution(filtered, hidden, outputs, 1)
      x = stride === 1 && channels === outputs ? build.add(x, projected) : projected
      channels = outputs
    }
  }
  const features = build.globalAveragePool(build.relu6(convolution(x, channels, lastChannels, 1)))
  return build.finish(build.dense(features, lastChannels, classes), classes)
}
