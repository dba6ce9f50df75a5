/** A residual network of a thousand nodes, made with the program's own builder; small weights, so that it imports quickly. */
import { writeModel } from '../../../src-main/engine/onnx/codec'
import { LayerBuilder } from '../../../src-main/engine/onnx/layer-builder'

const stages = 4
const blocksInStage = 50
const channels = 8

/** Bytes of the ONNX file: 4 stages of 50 blocks of 5 operators, with a pooling between stages. */
export function bigNetwork(): Uint8Array {
  const build = new LayerBuilder('thousand', [channels, 16, 16], 1)
  let x = build.relu(build.conv('image', channels, channels, 3))
  for (let stage = 0; stage < stages; stage++) {
    if (stage > 0) x = build.maxPool(x, 2)
    for (let block = 0; block < blocksInStage; block++) {
      const inner = build.relu(build.conv(x, channels, channels, 3))
      x = build.relu(build.add(build.conv(inner, channels, channels, 3), x))
    }
  }
  return writeModel(build.finish(build.dense(build.globalAveragePool(x), channels, 10), 10))
}
