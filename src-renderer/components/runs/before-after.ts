/** Which changes by fine-tuning are better or worse, and which are too small to say. */

/**
 * Half-width of the interval within which a change of the digital accuracy says nothing: 2·√(p(1 − p)/n) with p the mean of
 * both accuracies and n the number of test images, and at least the one image below which nothing is resolved.
 */
export function digitalUncertainty(before: number, after: number, images: number): number {
  const p = (before + after) / 2
  return Math.max(1 / images, 2 * Math.sqrt((p * (1 - p)) / images))
}

/** Rounding of the difference of two fractions: a change of exactly one image is not above one image. */
const rounding = 1e-12

/** `''` where nothing changed or the uncertainty is not known: such a change is called neither better nor worse. */
export function tone(change: number | null, uncertainty: number | null): '' | 'unclear' | 'better' | 'worse' {
  if (change === null || change === 0 || uncertainty === null) return ''
  if (Math.abs(change) <= uncertainty + rounding) return 'unclear'
  return change > 0 ? 'better' : 'worse'
}
