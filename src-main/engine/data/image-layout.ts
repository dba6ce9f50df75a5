/** How the dimensions of a stored array of images are understood. */
import { fail } from '@shared/problems'

export interface ImageArrayLayout {
  count: number
  /** Channels, height, width. */
  shape: [number, number, number]
  order: 'channels-first' | 'channels-last'
}

const isUsual = (channels: number): boolean => channels === 1 || channels === 3 || channels === 4

/**
 * [n, h, w] is grey; [n, features] has features along the width; of [n, a, b, c] the channels are a where it is 1, 3 or
 * 4, else c where that is, else the smaller of the two, which must be at most 16.
 * @throws the problem DATA_CORRUPT for any other rank or size.
 */
export function imageArrayLayout(dimensions: readonly number[], where: string): ImageArrayLayout {
  const [count = 0, a = 1, b = 1, c = 1] = dimensions
  switch (dimensions.length) {
    case 2:
      return { count, shape: [1, 1, a], order: 'channels-first' }
    case 3:
      return { count, shape: [1, a, b], order: 'channels-first' }
    case 4: {
      const first = isUsual(a) || (!isUsual(c) && a <= c)
      if ((first ? a : c) <= 16) {
        return first ? { count, shape: [a, b, c], order: 'channels-first' } : { count, shape: [c, a, b], order: 'channels-last' }
      }
    }
  }
  fail(
    'DATA_CORRUPT',
    where,
    `An array of dimensions ${dimensions.join(' × ')} is not a set of images.`,
    'Store images as [count, height, width], [count, channels, height, width] or [count, height, width, channels].'
  )
}

/** Copies images from [n, h, w, c] to [n, c, h, w]. */
export function toChannelsFirst<T extends Uint8Array | Float32Array>(
  target: T,
  source: ArrayLike<number>,
  count: number,
  shape: readonly [number, number, number]
): T {
  const [channels, height, width] = shape
  const plane = height * width
  for (let image = 0; image < count; image++) {
    const first = image * channels * plane
    for (let channel = 0; channel < channels; channel++) {
      const out = first + channel * plane
      for (let i = 0, s = first + channel; i < plane; i++, s += channels) target[out + i] = source[s]!
    }
  }
  return target
}
