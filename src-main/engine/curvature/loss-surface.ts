/**
 * The loss of the digital network on a fixed set of images as a function of its weights: L(w) and ∇L(w), mean over the images. Images are computed in chunks
 * of one size; chunks and their order of summation do not depend on the number of threads.
 */
import type { Preprocessing } from '@shared/dataset'
import { hardwareSchema } from '@shared/hardware'
import { parameterValues } from '../analog/compile'
import type { StoredParameter } from '../analog/scales'
import type { Dataset } from '../data/dataset'
import { inputLayout } from '../data/preprocess'
import type { GradientTask, SharedTrainingGraph } from '../finetune/gradient'
import { lossOnly, trainingProgram } from '../finetune/training-program'
import type { Network } from '../onnx/network'
import type { ComputePool } from '../workers/pool'
import { newSharedFloats } from '../workers/shared-memory'
import type { SharedSignal } from '../workers/signal'

export interface LossSurfaceOptions {
  network: Network
  dataset: Dataset
  preprocessing: Preprocessing
  /** Images, positions in the data set; a last, incomplete chunk is left out. */
  images: { first: number; count: number }
  /** Images of one chunk. */
  chunk: number
  /** Names the sessions of the worker threads: one surface at a time. */
  id: string
  pool: ComputePool
  signal: SharedSignal
}

/** Chunks that are computed at the same time, each with gradients of its own. */
export const chunksTogether = 4

export class LossSurface {
  private readonly weights: Float32Array[]
  private readonly chunkGradients: Float32Array[][]

  private constructor(
    private readonly options: LossSurfaceOptions,
    private readonly graph: SharedTrainingGraph,
    private readonly forward: SharedTrainingGraph,
    /** Weights and biases of the analog layers. */
    readonly parameters: readonly StoredParameter[],
    readonly layerNames: readonly string[],
    /** Their values in the network. */
    readonly nominal: readonly Float32Array[]
  ) {
    this.weights = nominal.map(({ length }) => newSharedFloats(length))
    this.chunkGradients = Array.from({ length: Math.min(chunksTogether, this.chunks) }, () => nominal.map(({ length }) => newSharedFloats(length)))
  }

  /** Problem: GRADIENT_UNSUPPORTED names an operator without a gradient rule. */
  static async of(options: LossSurfaceOptions): Promise<LossSurface> {
    const ideal = hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0 } })
    const program = await trainingProgram(options.network, ideal, new Map(), options.chunk, options.id, { provider: options.pool.provider })
    const { graph, parameters, layerNames } = program
    return new LossSurface(options, graph, lossOnly(program), parameters, layerNames, parameterValues(options.network.model.graph, parameters))
  }

  get chunks(): number {
    return Math.floor(this.options.images.count / this.options.chunk)
  }

  /** Loss in nats and its gradient at `weights`, both means over the images. The gradient is written to `gradient`, one array per parameter. */
  async at(weights: readonly Float32Array[], gradient: readonly Float32Array[]): Promise<number> {
    const { chunks } = this
    for (const array of gradient) array.fill(0)
    return this.walk(this.graph, weights, (gradients) => {
      gradients.forEach((part, p) => {
        const sum = gradient[p]!
        for (let i = 0; i < part.length; i++) sum[i] = sum[i]! + part[i]! / chunks
      })
    })
  }

  /** The loss alone: the forward pass of {@link at}. */
  loss(weights: readonly Float32Array[]): Promise<number> {
    return this.walk(this.forward, weights, () => {})
  }

  /** The mean loss over all chunks; `visit` gets the gradients of each, in their order. */
  private async walk(graph: SharedTrainingGraph, weights: readonly Float32Array[], visit: (gradients: readonly Float32Array[]) => void): Promise<number> {
    const { chunks } = this
    const { dataset, preprocessing, network, images, chunk, pool, signal } = this.options
    this.weights.forEach((array, p) => array.set(weights[p]!))
    const source: GradientTask['source'] = { dataset, preprocessing, layout: inputLayout(dataset.summary.shape, network.input.shape) }
    const wanted = graph.use === 'training'
    let loss = 0
    for (let from = 0; from < chunks; from += chunksTogether) {
      const together = this.chunkGradients.slice(0, Math.min(chunksTogether, chunks - from))
      const outcomes = await Promise.all(
        together.map((gradients, n) => {
          const indices = Int32Array.from({ length: chunk }, (_, i) => images.first + (from + n) * chunk + i)
          return pool.run({ kind: 'gradient', graph, weights: this.weights, nominal: this.weights, gradients: wanted ? gradients : [], augmentation: null, source, signal, indices })
        })
      )
      for (const outcome of outcomes) loss += outcome.loss / chunks
      for (const gradients of together) visit(gradients)
    }
    return loss
  }

  /** Arrays of the shape of the parameters, zeros. */
  empty(): Float32Array[] {
    return this.nominal.map(({ length }) => new Float32Array(length))
  }
}
