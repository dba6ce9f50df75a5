/**
 * Wide ResNet with random weights: S. Zagoruyko, N. Komodakis, "Wide Residual Networks", arXiv:1605.07146.
 * Three groups of (depth − 4)/6 pre-activation blocks of 16k, 32k, 64k channels, on 32 × 32 colour images.
 */
import type { Model } from '../../src-main/engine/onnx/graph'
import { LayerBuilder } from '../../src-main/engine/onnx/layer-builder'

const convolutionsInBranch = 2

/**
 * @param normalized With batch normalisation; otherwise every convolution has a bias, and weights are scaled so that the network learns without
 *   normalisation: Fixup (H. Zhang, Y. N. Dauphin, T. Ma, arXiv:1901.09321), whose residual branches and classifier begin at zero.
 */
export function wideResNet(depth: number, widening: number, classes: number, normalized = true): Model {
  const blocks = (depth - 4) / 6
  if (!Number.isInteger(blocks) || blocks < 1) throw new Error(`A Wide ResNet has a depth of 6n + 4, not ${depth}`)
  const build = new LayerBuilder(`wrn-${depth}-${widening}`, [3, 32, 32], 1)
  const [branch, last] = normalized ? [1, 1] : [(3 * blocks) ** (-1 / (2 * convolutionsInBranch - 2)), 0]
  const conv = (x: string, inputs: number, outputs: number, kernel: number, options: { stride?: number; gain?: number } = {}): string =>
    build.conv(x, inputs, outputs, kernel, { bias: !normalized, ...options })
  const active = (x: string, channels: number): string => build.relu(normalized ? build.batchNorm(x, channels) : x)
  let channels = 16
  let x = conv('image', 3, channels, 3)
  for (const [group, width] of [16, 32, 64].entries()) {
    const outputs = width * widening
    for (let block = 0; block < blocks; block++) {
      const stride = group > 0 && block === 0 ? 2 : 1
      const input = active(x, channels)
      const hidden = active(conv(input, channels, outputs, 3, { stride, gain: branch }), outputs)
      const residual = conv(hidden, outputs, outputs, 3, { gain: last })
      const shortcut = channels === outputs && stride === 1 ? x : conv(input, channels, outputs, 1, { stride })
      x = build.add(residual, shortcut)
      channels = outputs
    }
  }
  return build.finish(build.dense(build.globalAveragePool(active(x, channels)), channels, classes, { gain: last }), classes)
}
