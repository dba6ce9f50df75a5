/**
 * Traces of the Hessian by layer, by Hutchinson's estimator: for r with independent entries ±1, E[Σᵢ rᵢ (H r)ᵢ] over the weights of a layer is the trace of
 * that layer's block, and E[Σᵢ vᵢ rᵢ (H r)ᵢ] with the variances v of the device's errors is tr(H Σ) of it. One product gives both, of all layers.
 *
 * Eigenvectors that are known already make the estimates narrower without another product. Most of the spread comes from few directions in which H is large; with
 * H₀ = Σₖ λₖ qₖ qₖᵀ of these, r is drawn for H − H₀ alone, and the traces of H₀, Σₖ λₖ qₖᵢ² and Σₖ λₖ vᵢ qₖᵢ², are added exactly. That holds for any λ and q that do not
 * depend on r, however well they are known, so estimates stay free of bias. After R. A. Meyer et al. (Hutch++), arXiv:2010.09649, by layer.
 * Source: M. F. Hutchinson, Communications in Statistics 18 (1989) 1059–1076, doi 10.1080/03610918908812806.
 */
import { RandomStream } from '../random/streams'
import type { Eigenvalue } from './eigenvalues'
import type { HessianProduct } from './hessian-product'
import type { LossSurface } from './loss-surface'
import { combine, dot, dotOf } from './vectors'

export interface TraceProbe {
  /** By layer. */
  trace: number[]
  /** By layer; ½ of it is what the device's errors in that layer cost, to second order, in nats. */
  weighted: number[]
}

/** Fills `target` with ±1. */
export function fillSigns(target: readonly Float32Array[], seed: number, probe: number): void {
  target.forEach((array, p) => {
    const stream = new RandomStream({ seed, purpose: 'curvatureProbe', at: [probe, p] })
    for (let i = 0; i < array.length; i += 32) {
      const bits = stream.uint32()
      for (let b = 0; b < 32 && i + b < array.length; b++) array[i + b] = (bits >>> b) & 1 ? 1 : -1
    }
  })
}

export interface TraceProbeOptions {
  /** Of the device's error of each weight, in the unit of the weights squared. */
  variances: readonly Float32Array[]
  /** Eigenvalues of H that are known, with unit vectors. */
  known: readonly Pick<Eigenvalue, 'value' | 'vector'>[]
  seed: number
  /** Names the draw. */
  probe: number
}

/** One draw of r. */
export async function traceProbe(surface: LossSurface, hessian: HessianProduct, { variances, known, seed, probe }: TraceProbeOptions): Promise<TraceProbe> {
  const signs = surface.empty()
  const product = surface.empty()
  fillSigns(signs, seed, probe)
  await hessian.of(signs, product)
  for (const { value, vector } of known) combine(product, product, -value * dot(vector, signs), vector)
  const found: TraceProbe = { trace: surface.layerNames.map(() => 0), weighted: surface.layerNames.map(() => 0) }
  surface.parameters.forEach(({ layer }, p) => {
    found.trace[layer]! += dotOf(signs[p]!, product[p]!)
    found.weighted[layer]! += dotOf(signs[p]!, product[p]!, variances[p]!)
    for (const { value, vector } of known) {
      found.trace[layer]! += value * dotOf(vector[p]!, vector[p]!)
      found.weighted[layer]! += value * dotOf(vector[p]!, vector[p]!, variances[p]!)
    }
  })
  return found
}
