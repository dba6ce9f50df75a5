/**
 * Writes a Wide ResNet (S. Zagoruyko, N. Komodakis, arXiv:1605.07146) for 32 × 32 colour images and ten classes with random weights, ready to be trained by
 * `acim finetune --method plain`. It has no batch normalisation, which the trainer would keep frozen: its residual branches begin at zero and its
 * weights are scaled as in Fixup (H. Zhang, Y. N. Dauphin, T. Ma, arXiv:1901.09321), with a bias in every convolution.
 * Run: node build/run-ts.mjs resources/demonstration/make-network.ts DEPTH WIDENING FILE.onnx
 */
import { writeFile } from 'node:fs/promises'
import { writeModel } from '../../src-main/engine/onnx/codec'
import type { Model } from '../../src-main/engine/onnx/graph'
import { LayerBuilder } from '../../src-main/engine/onnx/layer-builder'

const convolutionsInBranch = 2

function wideResNet(depth: number, widening: number): Model {
  const blocksInGroup = (depth - 4) / 6
  if (!Number.isInteger(blocksInGroup) || blocksInGroup < 1) throw new Error(`A Wide ResNet has a depth of 6n + 4, not ${depth}`)
  const branches = 3 * blocksInGroup
  const gain = branches ** (-1 / (2 * convolutionsInBranch - 2))
  const build = new LayerBuilder(`wrn-${depth}-${widening}`, [3, 32, 32], 1)
  let channels = 16
  let x = build.conv('image', 3, channels, 3)
  for (const [group, width] of [16, 32, 64].entries()) {
    const outputs = width * widening
    for (let block = 0; block < blocksInGroup; block++) {
      const stride = group > 0 && block === 0 ? 2 : 1
      const active = build.relu(x)
      const hidden = build.relu(build.conv(active, channels, outputs, 3, { stride, gain }))
      const residual = build.conv(hidden, outputs, outputs, 3, { gain: 0 })
      const shortcut = channels === outputs && stride === 1 ? x : build.conv(active, channels, outputs, 1, { stride })
      x = build.add(residual, shortcut)
      channels = outputs
    }
  }
  return build.finish(build.dense(build.globalAveragePool(build.relu(x)), channels, 10, { gain: 0 }), 10)
}

const [depth, widening, file] = process.argv.slice(2)
if (depth === undefined || widening === undefined || file === undefined) throw new Error('Give the depth, the widening and the file, such as 16 2 start.onnx')
await writeFile(file, writeModel(wideResNet(Number(depth), Number(widening))))
