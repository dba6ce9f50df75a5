/**
 * Wide ResNet with random weights: S. Zagoruyko, N. Komodakis, "Wide Residual Networks", arXiv:1605.07146.
 * Three groups of (depth − 4)/6 pre-activation blocks of 16k, 32k, 64k channels, on 32 × 32 colour images.
 */
import type { Model } from '../../src-main/engine/onnx/graph'
import { LayerBuilder } from '../../src-main/engine/onnx/layer-builder'

export function wideResNet(depth: number, widening: number, classes: number, seed = 1): Model {
  const blocks = (depth - 4) / 6
  if (!Number.isInteger(blocks)) throw new Error(`A Wide ResNet has a depth of 6n + 4, not ${depth}`)
  const build = new LayerBuilder(`wrn-${depth}-${widening}`, [3, 32, 32], seed)
  let channels = 16
  let x = build.conv('image', 3, channels, 3, { bias: false })
  for (const [group, width] of [16, 32, 64].entries()) {
    const outputs = width * widening
    for (let block = 0; block < blocks; block++) {
      const stride = group > 0 && block === 0 ? 2 : 1
      const active = build.relu(build.batchNorm(x, channels))
      const hidden = build.relu(build.batchNorm(build.conv(active, channels, outputs, 3, { stride, bias: false }), outputs))
      const residual = build.conv(hidden, outputs, outputs, 3, { bias: false })
      const shortcut = channels === outputs && stride === 1 ? x : build.conv(active, channels, outputs, 1, { stride, bias: false })
      x = build.add(residual, shortcut)
      channels = outputs
    }
  }
  const pooled = build.globalAveragePool(build.relu(build.batchNorm(x, channels)))
  return build.finish(build.dense(pooled, channels, classes), classes)
}
