/**
 * Vision transformer with random weights: A. Dosovitskiy et al., arXiv:2010.11929, of the width, heads and multiplication of DeiT-tiny (H. Touvron et al., arXiv:2012.12877), for
 * 32 × 32 colour images in patches of 4 × 4. Classes are read from the mean of all patches (L. Beyer et al., arXiv:2205.01580), not from a token of their own.
 */
import type { Model } from '../../src-main/engine/onnx/graph'
import { LayerBuilder } from '../../src-main/engine/onnx/layer-builder'

const width = 192
const heads = 3
const hiddenWidth = 4 * width
const patch = 4
const patches = (32 / patch) ** 2
/** The variance of a layer's output is that of its input: no ReLU halves it. */
const gain = Math.SQRT1_2
const embeddingDeviation = 0.02

export function visionTransformer(depth: number, classes: number, seed = 1): Model {
  const build = new LayerBuilder(`vit-${depth}`, [3, 32, 32], seed)
  const { graph } = build
  const image = build.conv('image', 3, width, patch, { stride: patch, pad: 0, gain })
  const tokens = graph.node('Transpose', [graph.node('Reshape', [image, graph.ints([0, width, patches])])], { perm: [0, 2, 1] })
  let x = build.add(tokens, build.normal('position.embedding', [1, patches, width], embeddingDeviation))
  for (let block = 0; block < depth; block++) {
    x = build.add(x, selfAttention(build, build.layerNorm(x, width)))
    const hidden = build.gelu(build.linear(build.layerNorm(x, width), width, hiddenWidth, { gain }))
    x = build.add(x, build.linear(hidden, hiddenWidth, width, { gain }))
  }
  const mean = graph.node('ReduceMean', [build.layerNorm(x, width)], { axes: [1], keepdims: 0 })
  return build.finish(build.dense(mean, width, classes, { gain }), classes)
}

/** A. Vaswani et al., arXiv:1706.03762, §3.2; [N, patches, width] to the same. */
function selfAttention(build: LayerBuilder, x: string): string {
  const { graph } = build
  const parts = ['query', 'key', 'value'].map((name) => graph.fresh(name))
  graph.multi('Split', [build.linear(x, width, 3 * width, { gain }), graph.ints([width, width, width])], parts, { axis: 2 })
  const [query, key, value] = parts.map((part, n) => {
    const split = graph.node('Reshape', [part, graph.ints([0, patches, heads, width / heads])])
    // Keys are transposed for the product.
    return graph.node('Transpose', [split], { perm: n === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3] })
  }) as [string, string, string]
  const scores = graph.node('Mul', [graph.node('MatMul', [query, key]), graph.scalar(1 / Math.sqrt(width / heads))])
  const attended = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), value])
  const joined = graph.node('Reshape', [graph.node('Transpose', [attended], { perm: [0, 2, 1, 3] }), graph.ints([0, patches, width])])
  return build.linear(joined, width, width, { gain })
}
