/**
 * Hessian-Aware SGD (physics §8; Z. Wan et al., arXiv:2008.02400): each step descends the mean gradient at K perturbed
 * copies of the weights, g = (1/K) Σ ∇L(w + δ_k) with δ_k drawn from the device at the scales of the current weights.
 * To second order that minimises L(w) + ½ tr(H Σ_δ). Scales are constants to the gradient.
 *
 * The error of a draw can be smaller than the device's (noise that grows in the first epochs): then δ is that share of the draw's difference from the
 * nominal weights. σ and μ of a weight-referred device can be drawn from a range, anew for each draw.
 *
 * Converter ranges can be trained with the weights (learnt-ranges.ts): their steps are further parameters, which do not err and do not decay.
 *
 * A mini-batch is computed in equal parts by the pool's threads (mini-batch.ts). Parts and their order of summation depend on
 * batch size and network alone, so the result does not depend on the number of threads.
 */
import type { DrawnRange, FinetuneConfig, FinetuneSettings } from '@shared/finetune'
import { fail } from '@shared/problems'
import { Programmer } from '../analog/chip-instance'
import type { LearntRange } from '../analog/program'
import type { StoredParameter } from '../analog/scales'
import type { StreamName } from '../random/streams'
import { RandomStream } from '../random/streams'
import type { ComputePool } from '../workers/pool'
import { newSharedFloats } from '../workers/shared-memory'
import type { SharedSignal } from '../workers/signal'
import type { GradientTask, SharedTrainingGraph } from './gradient'
import { drawnHardware, hasCells } from './training-hardware'
import { limitStep, stepGradientScale } from './learnt-ranges'
import { roundsOf } from './mini-batch'
import { clipFactor, gradientNorm, sgdStep } from './sgd'
import { applyLimit } from './weight-limit'

export interface TrainerOptions {
  config: FinetuneConfig
  parameters: readonly StoredParameter[]
  /** Converter ranges that are trained besides. */
  ranges: readonly LearntRange[]
  /** Node names of the network's analog layers. */
  layerNames: readonly string[]
  /** Positions in `parameters` that sit in analog cells and are perturbed. */
  stored: readonly number[]
  graph: SharedTrainingGraph
  /** Equal parts of a mini-batch; the graph takes the images of one. */
  parts: number
  source: GradientTask['source']
  pool: ComputePool
  signal: SharedSignal
}

/** What one step depends on besides the weights. */
export interface StepSettings {
  learningRate: number
  /** Share of the device's error that acts, 0 … 1. */
  noise: number
}

export class HessianAwareSgd {
  private readonly programmer: Programmer
  private readonly perturbed: Float32Array[]
  private readonly partGradients: Float32Array[][]
  private readonly sum: Float32Array[]
  private readonly parts: number
  /** Factor on the learning rate of each parameter. */
  private readonly rateFactors: readonly number[]
  /** Positions of the parameters that have a gradient. */
  private readonly trained: ReadonlySet<number>
  /** Given to the threads only where a digital layer shares weights with one on arrays. */
  private readonly nominal: readonly Float32Array[]

  /** `weights`, behind them the steps of the learnt ranges, and `velocities` are updated in place by every step. */
  constructor(
    private readonly options: TrainerOptions,
    readonly weights: readonly Float32Array[],
    readonly velocities: readonly Float32Array[]
  ) {
    const { config, parameters, stored } = options
    const { settings, hardware } = config
    this.parts = options.parts
    this.nominal = options.graph.slots.some(({ nominal }) => nominal) ? weights : []
    if (isAntithetic(settings) && hasCells(hardware)) {
      fail('FINETUNE_INVALID', 'settings.antithetic', 'Antithetic pairs mirror the error of weight-referred devices; draws of cells (limits, faults, drift) have no mirror image.', 'Switch antithetic pairs off.')
    }
    this.programmer = new Programmer(stored.map((p) => parameters[p]!), options.layerNames, drawnHardware(hardware, settings.method))
    this.trained = new Set(options.graph.slots.flatMap(({ gradient, parameter }) => (gradient === null ? [] : [parameter])))
    const layerFactor = (name = ''): number => settings.learningRateFactors[name] ?? 1
    this.rateFactors = [
      ...parameters.map(({ layer }) => layerFactor(options.layerNames[layer])), ...options.ranges.map(({ layer }) => settings.learntRanges.learningRateFactor * layerFactor(layer))
    ]
    this.perturbed = weights.map(({ length }) => newSharedFloats(length))
    this.partGradients = Array.from({ length: Math.min(this.parts, options.pool.size) }, () => weights.map(({ length }) => newSharedFloats(length)))
    this.sum = weights.map(({ length }) => new Float32Array(length))
  }

  /**
   * One step on the images `indices`, whole mini-batches one behind the other. Returns the mean loss under noise and the gradient norm before clipping.
   * Problem: TRAINING_DIVERGED when the loss or the gradient is not finite; JOB_CANCELLED
   * between its parts. The weights are then those before the step.
   */
  async step(step: number, indices: Int32Array, { learningRate, noise }: StepSettings): Promise<{ loss: number; gradientNorm: number }> {
    const { settings } = this.options.config
    const samples = samplesOf(settings)
    const augmentation = this.augmentation(step, indices.length)
    const batches = indices.length / settings.batch
    this.programmer.setScales(this.options.stored.map((p) => this.weights[p]!))
    for (const array of this.sum) array.fill(0)
    let loss = 0
    for (let k = 0; k < samples; k++) {
      this.perturb(step, k, noise)
      for (let from = 0; from < indices.length; from += settings.batch) {
        const to = from + settings.batch
        loss += (await this.addGradient(indices.slice(from, to), augmentation?.slice(from, to) ?? null)) / (samples * batches)
      }
    }
    const scale = 1 / (this.parts * samples * batches)
    for (const array of this.sum) for (let i = 0; i < array.length; i++) array[i] = array[i]! * scale
    this.options.ranges.forEach((range, r) => {
      const gradient = this.sum[this.options.parameters.length + r]!
      gradient[0] = gradient[0]! * stepGradientScale(range)
    })
    const norm = gradientNorm(this.sum)
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      fail('TRAINING_DIVERGED', 'settings.learningRate', `At step ${step + 1} the loss is ${loss} and the gradient norm ${norm}.`)
    }
    this.descend(learningRate, clipFactor(norm, settings.gradientNormClip))
    return { loss, gradientNorm: norm }
  }

  private descend(learningRate: number, factor: number): void {
    const { config, parameters, ranges } = this.options
    const { momentum, weightDecay, nesterov, weightLimit } = config.settings
    this.weights.forEach((array, p) => {
      if (!this.trained.has(p)) return
      const range = ranges[p - parameters.length]
      sgdStep(array, this.velocities[p]!, this.sum[p]!, factor, {
        learningRate: learningRate * this.rateFactors[p]!, momentum, nesterov, weightDecay: range === undefined ? weightDecay : 0
      })
      if (range !== undefined) limitStep(array, range)
      else if (parameters[p]!.kind === 'weight') applyLimit(array, weightLimit)
    })
  }

  /** Draws w + δ_k. With antithetic pairs, odd samples mirror the draw before them. */
  private perturb(step: number, k: number, share: number): void {
    const { config, stored } = this.options
    const { seed } = config.settings
    const antithetic = isAntithetic(config.settings)
    const mirrored = antithetic && k % 2 === 1
    const draw = antithetic ? Math.floor(k / 2) : k
    const stream = (position: number): StreamName => ({ seed, purpose: 'trainingNoise', at: [step, draw, stored[position]!] })
    this.weights.forEach((array, p) => this.perturbed[p]!.set(array))
    this.programmer.setDeviceError(this.deviceError(step, draw))
    const targets = stored.map((p) => this.perturbed[p]!)
    const nominal = stored.map((p) => this.weights[p]!)
    this.programmer.program(targets, nominal, stream, mirrored ? -1 : 1)
    if (share < 1) targets.forEach((target, p) => interpolate(target, nominal[p]!, share))
  }

  /** σ and μ of one draw, where they come from a range. */
  private deviceError(step: number, draw: number): { sigma?: number; mu?: number } {
    const { noise, seed } = this.options.config.settings
    if (noise.sigma === null && noise.mu === null) return {}
    const stream = new RandomStream({ seed, purpose: 'trainingError', at: [step, draw] })
    const between = (range: DrawnRange | null): number | undefined => {
      const unit = stream.unit()
      return range === null ? undefined : range.from + (range.to - range.from) * unit
    }
    const sigma = between(noise.sigma)
    const mu = between(noise.mu)
    return { ...(sigma === undefined ? {} : { sigma }), ...(mu === undefined ? {} : { mu }) }
  }

  /** Adds the parts' gradients to the sum, in their order; returns the mean loss. */
  private async addGradient(indices: Int32Array, augmentation: GradientTask['augmentation']): Promise<number> {
    const { pool, graph, source, signal } = this.options
    const size = indices.length / this.parts
    let loss = 0
    for (const [first, end] of roundsOf(this.parts, pool.size)) {
      const used = this.partGradients.slice(0, end - first)
      const outcomes = await Promise.all(
        used.map((gradients, place) => {
          const [from, to] = [(first + place) * size, (first + place + 1) * size]
          return pool.run({
            kind: 'gradient', graph, source, signal, gradients, weights: this.perturbed, nominal: this.nominal,
            indices: indices.slice(from, to), augmentation: augmentation?.slice(from, to) ?? null
          })
        })
      )
      for (const gradients of used) {
        gradients.forEach((array, p) => {
          const sum = this.sum[p]!
          for (let i = 0; i < array.length; i++) sum[i] = sum[i]! + array[i]!
        })
      }
      loss = outcomes.reduce((total, outcome) => total + outcome.loss, loss)
    }
    return loss / this.parts
  }

  private augmentation(step: number, count: number): GradientTask['augmentation'] {
    const { augmentation, seed } = this.options.config.settings
    const { cropPadding, horizontalFlip } = augmentation
    if (cropPadding === 0 && !horizontalFlip) return null
    const stream = new RandomStream({ seed, purpose: 'augmentation', at: [step] })
    return Array.from({ length: count }, () => ({
      flip: stream.below(2) === 1 && horizontalFlip,
      dx: stream.below(2 * cropPadding + 1) - cropPadding,
      dy: stream.below(2 * cropPadding + 1) - cropPadding
    }))
  }
}

/** Draws of noise per step; the baselines need one. */
export const samplesOf = ({ method, samples }: FinetuneSettings): number => (method === 'ha-sgd' ? samples : 1)

/** Draws come in pairs. */
export const isAntithetic = ({ method, antithetic }: FinetuneSettings): boolean => method === 'ha-sgd' && antithetic

/** w + share·(ŵ − w), in place of ŵ. */
function interpolate(target: Float32Array, nominal: Float32Array, share: number): void {
  for (let i = 0; i < target.length; i++) target[i] = nominal[i]! + share * (target[i]! - nominal[i]!)
}
