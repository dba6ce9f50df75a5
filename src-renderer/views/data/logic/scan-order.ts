/**
 * An order in which to look through a data set for images of one class. Sets come shuffled or sorted by class, and the
 * contract names images by position only; a stride coprime to the count visits every image once and meets every class
 * early in both cases.
 */

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}

/** Near count / golden ratio, so that the first visits are spread evenly over the whole set. */
export function scanStride(count: number): number {
  if (count <= 2) return 1
  let stride = Math.round(count * 0.6180339887)
  while (greatestCommonDivisor(stride, count) !== 1) stride++
  return stride
}

/** Position of the `step`-th visit. */
export const scanIndex = (step: number, count: number, stride: number): number => (step * stride) % count
