/**
 * Traces of the Hessian by layer, by Hutchinson's estimator: for r with independent entries ±1, E[Σᵢ rᵢ (H r)ᵢ] over the weights of a layer is the trace of
 * that layer's block, and E[Σᵢ vᵢ rᵢ (H r)ᵢ] with the variances v of the device's errors is tr(H Σ) of it. One product gives both, of all layers.
 * Source: M. F. Hutchinson, Communications in Statistics 18 (1989) 1059–1076, doi 10.1080/03610918908812806.
 */
import { RandomStream } from '../random/streams'
import type { HessianProduct } from './hessian-product'
import type { LossSurface } from './loss-surface'
import { dotOf } from './vectors'

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

/** One draw of r. `variances`: of the device's error of each weight, in the unit of the weights squared. */
export async function traceProbe(surface: LossSurface, hessian: HessianProduct, variances: readonly Float32Array[], seed: number, probe: number): Promise<TraceProbe> {
  const signs = surface.empty()
  const product = surface.empty()
  fillSigns(signs, seed, probe)
  await hessian.of(signs, product)
  const found: TraceProbe = { trace: surface.layerNames.map(() => 0), weighted: surface.layerNames.map(() => 0) }
  surface.parameters.forEach(({ layer }, p) => {
    found.trace[layer]! += dotOf(signs[p]!, product[p]!)
    found.weighted[layer]! += dotOf(signs[p]!, product[p]!, variances[p]!)
  })
  return found
}
