/** Bounds that keep a hostile or mistaken file from claiming memory that its own bytes do not justify. */
import { fail } from '@shared/problems'

/** Largest data set that is held in memory, in bytes of pixels; also the largest array that is read from a file. */
export const maximumDatasetBytes = 4 * 2 ** 30 - 2 ** 16

/** Deflate cannot expand further than this (258 bytes from two bits), so a larger claim is false. */
export const maximumInflation = 1032

/** Largest class index plus one: a larger label is a sign of a wrong file. */
export const maximumClasses = 100_000

/**
 * Number of elements of an array with the given dimensions.
 * @throws the problem DATA_CORRUPT when a dimension is not positive or the product is beyond what can be held.
 */
export function elementCount(dimensions: readonly number[], where: string): number {
  let count = 1
  for (const dimension of dimensions) {
    if (!Number.isSafeInteger(dimension) || dimension < 1) {
      fail('DATA_CORRUPT', where, `The header gives the dimensions ${dimensions.join(' × ')}; each must be at least 1.`)
    }
    count *= dimension
    if (count > maximumDatasetBytes) {
      fail('FILE_TOO_LARGE', where, `The header gives the dimensions ${dimensions.join(' × ')}, more than the ${maximumDatasetBytes} bytes that can be held.`)
    }
  }
  return count
}

/** Ends with the problem FILE_TOO_LARGE when `bytes` of pixels cannot be held. */
export function checkDatasetBytes(bytes: number, where: string): void {
  if (bytes > maximumDatasetBytes) {
    fail('FILE_TOO_LARGE', where, `The images take ${bytes} bytes in memory; at most ${maximumDatasetBytes} can be held.`, 'Use fewer or smaller images.')
  }
}
