/**
 * How large the programming error of a layer's weights is beside the weights themselves: an error of σ on the stored
 * mantissa is an error of σ·s on the weight, so the typical relative error is std(ε)·σ·s / median |w|. The scale s
 * depends on which weights share it (`scaleGranularity`).
 */
import type { Representation } from './representation'
import type { Histogram, LayerWeights } from '@shared/network'

/** Granularities whose scales follow from ranges of whole layers. Those per column or tile are never larger than the layer's. */
export const layerLevelGranularities = ['network', 'layer', 'layer-bi-scale'] as const
export type LayerLevelGranularity = (typeof layerLevelGranularities)[number]

interface Range {
  minimum: number
  maximum: number
}

const rangesOf = (layer: LayerWeights, granularity: LayerLevelGranularity): Range[] =>
  granularity === 'layer-bi-scale' || layer.bias === null ? [layer.weights] : [layer.weights, layer.bias]

/**
 * Quantile of |w| from a histogram, linear within a bin; a bin that contains zero is folded. `fraction` in [0, 1].
 * Exact to one bin width.
 */
export function magnitudeQuantile(histograms: readonly Histogram[], fraction: number): number {
  const pieces: { low: number; high: number; count: number }[] = []
  let total = 0
  for (const histogram of histograms) {
    const width = (histogram.maximum - histogram.minimum) / histogram.counts.length
    histogram.counts.forEach((count, k) => {
      if (count === 0) return
      const a = histogram.minimum + k * width
      const b = a + width
      const low = a <= 0 && b >= 0 ? 0 : Math.min(Math.abs(a), Math.abs(b))
      pieces.push({ low, high: Math.max(Math.abs(a), Math.abs(b)), count })
      total += count
    })
  }
  const below = (x: number): number =>
    pieces.reduce((sum, { low, high, count }) => sum + (x >= high ? count : x <= low ? 0 : (count * (x - low)) / (high - low)), 0)
  let low = 0
  let high = Math.max(0, ...pieces.map((piece) => piece.high))
  // 40 halvings: far below a bin width.
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2
    if (below(middle) < fraction * total) low = middle
    else high = middle
  }
  return high
}

function scaleOf(ranges: readonly Range[], histograms: readonly Histogram[], representation: Representation): number {
  const minimum = Math.min(...ranges.map((range) => range.minimum))
  const maximum = Math.max(...ranges.map((range) => range.maximum))
  switch (representation.scaleStatistic) {
    // The automatic choice of the weight-referred device, which alone is drawn here.
    case 'auto':
    case 'half-range':
      return (maximum - minimum) / 2
    case 'max-abs':
      return Math.max(Math.abs(minimum), Math.abs(maximum))
    case 'percentile':
      return magnitudeQuantile(histograms, representation.scalePercentile / 100)
  }
}

export interface LayerError {
  node: string
  medianMagnitude: number
  /** std of the weight error over median |w|, for each granularity. */
  relative: Record<LayerLevelGranularity, number>
}

/** `errorDeviation` is the standard deviation of the mantissa's error. Digital biases share no analog scale. */
export function layerErrors(layers: readonly LayerWeights[], errorDeviation: number, representation: Representation): LayerError[] {
  const analogBias = representation.bias === 'analog'
  const of = (layer: LayerWeights, granularity: LayerLevelGranularity): Histogram[] =>
    (analogBias ? rangesOf(layer, granularity) : [layer.weights]) as Histogram[]
  const scale = (histograms: Histogram[]): number => scaleOf(histograms, histograms, representation)
  const networkScale = layers.length === 0 ? 0 : scale(layers.flatMap((layer) => of(layer, 'network')))
  return layers.map((layer) => {
    const medianMagnitude = magnitudeQuantile([layer.weights], 0.5)
    const relative = (s: number): number => (errorDeviation * s) / medianMagnitude
    return {
      node: layer.node,
      medianMagnitude,
      relative: { network: relative(networkScale), layer: relative(scale(of(layer, 'layer'))), 'layer-bi-scale': relative(scale(of(layer, 'layer-bi-scale'))) }
    }
  })
}
