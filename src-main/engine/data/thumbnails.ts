/** Small pictures of images for the screen. */
import type { Thumbnail } from '@shared/dataset'
import { fail } from '@shared/problems'
import type { Dataset } from './dataset'

/** Larger images are reduced by averaging over squares until both sides are at most this long. */
export const maximumThumbnailSide = 64

/**
 * The images `indices` as RGBA. Bytes are shown as they are, floats stretched between the image's smallest and largest
 * value. Three or four channels are red, green, blue (the fourth is left out); otherwise the first channel is shown in grey.
 * @throws the problem REQUEST_INVALID for an index beyond the data set.
 */
export function thumbnails(dataset: Dataset, indices: readonly number[]): Thumbnail[] {
  const { summary, pixels, labels } = dataset
  const [channels, height, width] = summary.shape
  const plane = height * width
  const imageSize = channels * plane
  const factor = Math.max(1, Math.ceil(Math.max(height, width) / maximumThumbnailSide))
  const outHeight = Math.ceil(height / factor)
  const outWidth = Math.ceil(width / factor)
  return indices.map((index) => {
    if (!Number.isInteger(index) || index < 0 || index >= summary.count) {
      fail('REQUEST_INVALID', 'indices', `Image ${index} was asked for; the data set has ${summary.count} (0 … ${summary.count - 1}).`)
    }
    const first = index * imageSize
    const { low, scale } = pixels instanceof Uint8Array ? { low: 0, scale: 1 } : stretch(pixels, first, imageSize)
    const rgba = new Uint8ClampedArray(outHeight * outWidth * 4).fill(255)
    for (let colour = 0; colour < 3; colour++) {
      const channel = first + (channels === 3 || channels === 4 ? colour : 0) * plane
      for (let y = 0; y < outHeight; y++) {
        for (let x = 0; x < outWidth; x++) {
          let sum = 0
          let count = 0
          for (let sy = y * factor; sy < Math.min(height, (y + 1) * factor); sy++) {
            for (let sx = x * factor; sx < Math.min(width, (x + 1) * factor); sx++, count++) sum += pixels[channel + sy * width + sx]!
          }
          rgba[(y * outWidth + x) * 4 + colour] = (sum / count - low) * scale
        }
      }
    }
    return { index, label: labels[index]!, width: outWidth, height: outHeight, rgbaBase64: Buffer.from(rgba.buffer).toString('base64') }
  })
}

/** Smallest value of an image, and the factor that brings its largest to 255. A flat image is black. */
function stretch(pixels: Float32Array, first: number, length: number): { low: number; scale: number } {
  let low = Infinity
  let high = -Infinity
  for (let i = first; i < first + length; i++) {
    low = Math.min(low, pixels[i]!)
    high = Math.max(high, pixels[i]!)
  }
  return { low, scale: high > low ? 255 / (high - low) : 0 }
}
