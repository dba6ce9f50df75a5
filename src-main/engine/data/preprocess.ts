/** From stored pixels to the network's input: normalisation, layout, and the augmentation of training. */
import type { Preprocessing } from '@shared/dataset'
import { fail } from '@shared/problems'
import type { Dataset, InputLayout } from './dataset'

/** How one training image is changed: pixel (y, x) becomes stored pixel (y + dy, x + dx); `flip` mirrors the result. */
export interface Augmentation {
  flip: boolean
  dx: number
  dy: number
}

const withoutOnes = (shape: readonly number[]): number[] => shape.filter((dimension) => dimension !== 1)
const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((value, index) => value === b[index])
const inWords = (shape: readonly number[]): string => (shape.length === 0 ? 'one value' : shape.join(' × '))

/**
 * The order in which pixels go into an input of shape `networkInput` (without the batch dimension). Dimensions of 1 do
 * not matter; a single long dimension takes the pixels flattened, channels first.
 * @throws the problem DATA_MISMATCH when the shapes do not fit.
 */
export function inputLayout(datasetShape: readonly [number, number, number], networkInput: readonly number[]): InputLayout {
  const [channels, height, width] = datasetShape
  const wanted = withoutOnes(networkInput)
  const values = channels * height * width
  const held = withoutOnes(datasetShape)
  const needed = networkInput.reduce((product, dimension) => product * dimension, 1)
  if (needed === values) {
    if (same(held, wanted) || wanted.length <= 1 || held.length <= 1) return 'channels-first'
    if (same(withoutOnes([height, width, channels]), wanted)) return 'channels-last'
  }
  const difference = needed === values ? 'the same number of values in another arrangement' : `${values} values against ${needed}`
  fail('DATA_MISMATCH', 'dataset', `The images are ${channels} × ${height} × ${width} (channels × height × width), the network takes ${inWords(networkInput)}: ${difference}.`)
}

/**
 * Checks that mean and standard deviation have one value, or one per channel.
 * @throws the problem REQUEST_INVALID that names the field.
 */
export function checkPreprocessing(preprocessing: Preprocessing, channels: number): void {
  for (const field of ['mean', 'std'] as const) {
    const { length } = preprocessing[field]
    if (length !== 1 && length !== channels) {
      fail('REQUEST_INVALID', `preprocessing.${field}`, `${length} values for images of ${channels} channel${channels === 1 ? '' : 's'}.`, `Give one value, or one per channel.`)
    }
  }
  const all = [preprocessing.divisor, ...preprocessing.mean, ...preprocessing.std]
  if (!all.every(Number.isFinite) || preprocessing.divisor <= 0 || preprocessing.std.some((value) => value <= 0)) {
    fail('REQUEST_INVALID', 'preprocessing', 'Divisor, mean and standard deviation must be finite numbers, divisor and standard deviation above 0.')
  }
}

/** x = (v / divisor − mean) / std as x = v · factor + offset, per channel. */
export function affinePerChannel(preprocessing: Preprocessing, channels: number): { factor: Float64Array; offset: Float64Array } {
  checkPreprocessing(preprocessing, channels)
  const factor = new Float64Array(channels)
  const offset = new Float64Array(channels)
  for (let channel = 0; channel < channels; channel++) {
    const mean = preprocessing.mean.length === 1 ? preprocessing.mean[0]! : preprocessing.mean[channel]!
    const std = preprocessing.std.length === 1 ? preprocessing.std[0]! : preprocessing.std[channel]!
    factor[channel] = 1 / (preprocessing.divisor * std)
    offset[channel] = -mean / std
  }
  return { factor, offset }
}

/**
 * Writes the images `indices` into the beginning of `target`, [images, channels, height, width] or [images, height,
 * width, channels], normalised. Where an augmentation shifts an image, what enters from outside is 0 after
 * normalisation, as when a normalised image is padded with zeros.
 * @param augment One entry per index.
 */
export function fillBatch(
  target: Float32Array,
  dataset: Dataset,
  indices: ArrayLike<number>,
  preprocessing: Preprocessing,
  layout: InputLayout,
  augment?: readonly Augmentation[]
): void {
  const { pixels, summary } = dataset
  const [channels, height, width] = summary.shape
  const plane = height * width
  const imageSize = channels * plane
  if (target.length < indices.length * imageSize) throw new Error(`A batch of ${indices.length} images needs ${indices.length * imageSize} values, not ${target.length}.`)
  if (augment !== undefined && augment.length !== indices.length) throw new Error(`${augment.length} augmentations for ${indices.length} images.`)
  const { factor, offset } = affinePerChannel(preprocessing, channels)
  const pixelStep = layout === 'channels-first' ? 1 : channels
  const channelStep = layout === 'channels-first' ? plane : 1
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position]!
    if (!(index >= 0 && index < summary.count)) throw new Error(`Image ${index} of ${summary.count} was asked for.`)
    const change = augment?.[position]
    for (let channel = 0; channel < channels; channel++) {
      const a = factor[channel]!
      const b = offset[channel]!
      const source = index * imageSize + channel * plane
      let out = position * imageSize + channel * channelStep
      if (change === undefined || (!change.flip && change.dx === 0 && change.dy === 0)) {
        for (let i = source; i < source + plane; i++, out += pixelStep) target[out] = pixels[i]! * a + b
        continue
      }
      const { flip, dx, dy } = change
      for (let y = 0; y < height; y++) {
        const sourceY = y + dy
        const row = source + sourceY * width
        for (let x = 0; x < width; x++, out += pixelStep) {
          const sourceX = (flip ? width - 1 - x : x) + dx
          const inside = sourceY >= 0 && sourceY < height && sourceX >= 0 && sourceX < width
          target[out] = inside ? pixels[row + sourceX]! * a + b : 0
        }
      }
    }
  }
}
