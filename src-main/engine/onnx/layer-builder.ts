/** Builds networks layer by layer with random initial weights: the bundled sample, benchmarks and tests. */
import { fillNormal } from '../random/streams'
import { workingOpset, type Model } from './graph'
import { float, GraphBuilder } from './graph-builder'

export class LayerBuilder {
  readonly graph: GraphBuilder
  private parameterCount = 0

  /** @param inputShape Shape of one image: channels, height, width. */
  constructor(
    name: string,
    readonly inputShape: readonly number[],
    private readonly seed: number
  ) {
    this.graph = new GraphBuilder(name)
    this.graph.input({ name: 'image', type: 'float32', shape: ['N', ...inputShape] })
  }

  /** Normal deviates of standard deviation gain·√(2 / fanIn): K. He et al., arXiv:1502.01852, eq. 10, where the gain is 1. */
  private weights(hint: string, dims: readonly number[], fanIn: number, gain: number): string {
    return this.normal(hint, dims, gain * Math.sqrt(2 / fanIn))
  }

  /** A parameter of normal deviates, such as the embedding of positions. */
  normal(hint: string, dims: readonly number[], deviation: number): string {
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1))
    fillNormal(data, { seed: this.seed, purpose: 'initialWeights', at: [this.parameterCount++] })
    for (let i = 0; i < data.length; i++) data[i] = data[i]! * deviation
    return this.graph.constant(hint, { type: 'float32', dims, data })
  }

  private filled(hint: string, length: number, value: number): string {
    return this.graph.constant(hint, { type: 'float32', dims: [length], data: new Float32Array(length).fill(value) })
  }

  /** Convolution with a square kernel, padded to keep the size at stride 1 unless `pad` says otherwise. */
  conv(x: string, inputs: number, outputs: number, kernel: number, options: { stride?: number; bias?: boolean; groups?: number; gain?: number; pad?: number } = {}): string {
    const groups = options.groups ?? 1
    const pad = options.pad ?? Math.floor(kernel / 2)
    const weight = this.weights('conv.weight', [outputs, inputs / groups, kernel, kernel], (inputs / groups) * kernel * kernel, options.gain ?? 1)
    const bias = options.bias === false ? [] : [this.filled('conv.bias', outputs, 0)]
    return this.graph.node('Conv', [x, weight, ...bias], {
      kernel_shape: [kernel, kernel], pads: [pad, pad, pad, pad], strides: [options.stride ?? 1, options.stride ?? 1], group: groups
    })
  }

  /** Batch normalisation with mean 0, variance 1, scale 1, shift 0. */
  batchNorm(x: string, channels: number): string {
    const parameters = [1, 0, 0, 1].map((value, i) => this.filled(['bn.scale', 'bn.shift', 'bn.mean', 'bn.variance'][i]!, channels, value))
    return this.graph.node('BatchNormalization', [x, ...parameters], { epsilon: float(1e-5) })
  }

  relu(x: string): string {
    return this.graph.node('Relu', [x])
  }

  /** min(max(x, 0), 6) */
  relu6(x: string): string {
    return this.graph.node('Clip', [x, this.graph.scalar(0), this.graph.scalar(6)])
  }

  /** x·Φ(x), as exporters write it in this operator set: D. Hendrycks, K. Gimpel, arXiv:1606.08415. */
  gelu(x: string): string {
    const error = this.graph.node('Erf', [this.graph.node('Div', [x, this.graph.scalar(Math.SQRT2)])])
    return this.graph.node('Mul', [this.graph.node('Mul', [x, this.add(error, this.graph.scalar(1))]), this.graph.scalar(0.5)])
  }

  /** Normalisation over the last axis, of length `width`, with scale 1 and shift 0. */
  layerNorm(x: string, width: number): string {
    return this.graph.node('LayerNormalization', [x, this.filled('ln.scale', width, 1), this.filled('ln.shift', width, 0)], { axis: -1, epsilon: float(1e-6) })
  }

  add(a: string, b: string): string {
    return this.graph.node('Add', [a, b])
  }

  maxPool(x: string, size: number): string {
    return this.graph.node('MaxPool', [x], { kernel_shape: [size, size], strides: [size, size] })
  }

  /** Mean over all positions, flattened to [N, channels]. */
  globalAveragePool(x: string): string {
    return this.graph.node('Flatten', [this.graph.node('GlobalAveragePool', [x])], { axis: 1 })
  }

  flatten(x: string): string {
    return this.graph.node('Flatten', [x], { axis: 1 })
  }

  dense(x: string, inputs: number, outputs: number, { gain = 1 } = {}): string {
    const weight = this.weights('dense.weight', [outputs, inputs], inputs, gain)
    return this.graph.node('Gemm', [x, weight, this.filled('dense.bias', outputs, 0)], { transB: 1 })
  }

  /** One matrix for each position of [N, positions, inputs]. */
  linear(x: string, inputs: number, outputs: number, { gain = 1 } = {}): string {
    const weight = this.weights('linear.weight', [inputs, outputs], inputs, gain)
    return this.add(this.graph.node('MatMul', [x, weight]), this.filled('linear.bias', outputs, 0))
  }

  /** Makes `logits` ([N, classes]) the output. */
  finish(logits: string, classes: number): Model {
    this.graph.node('Identity', [logits], {}, { output: 'logits' })
    this.graph.output({ name: 'logits', type: 'float32', shape: ['N', classes] })
    return { irVersion: 8, producer: 'Analog CIM Studio', opsets: new Map([['', workingOpset]]), graph: this.graph.build(), metadata: new Map(), functions: [] }
  }
}
