/** The last step of every reader: checks labels and pixels and computes what the summary says about them. */
import { createHash } from 'node:crypto'
import type { DatasetSummary } from '@shared/dataset'
import { fail } from '@shared/problems'
import type { Dataset } from './dataset'
import { maximumClasses } from './limits'
import { bytesOf } from './shared-arrays'

/** What a reader hands over; images and labels in canonical order and form. */
export interface RawDataset {
  name: string
  format: DatasetSummary['format']
  /** Channels, height, width. */
  shape: [number, number, number]
  pixels: Uint8Array | Float32Array
  labels: Int32Array
  /** Null: classes are numbered from 0 to the largest label. */
  classNames: string[] | null
  sourceSplits: DatasetSummary['sourceSplits']
  notes: string[]
}

/** Mean and population standard deviation per channel of v / divisor, in double precision. */
export function channelStatistics(
  pixels: Uint8Array | Float32Array,
  shape: readonly [number, number, number],
  divisor: number
): { mean: number[]; std: number[] } {
  const [channels, height, width] = shape
  const plane = height * width
  const images = pixels.length / (channels * plane)
  const mean: number[] = []
  const std: number[] = []
  for (let channel = 0; channel < channels; channel++) {
    // Deviations from the channel's first value: no cancellation when the mean is far from zero.
    const origin = pixels[channel * plane]!
    let sum = 0
    let sumOfSquares = 0
    for (let image = 0; image < images; image++) {
      const first = (image * channels + channel) * plane
      let imageSum = 0
      let imageSquares = 0
      for (let i = first; i < first + plane; i++) {
        const deviation = pixels[i]! - origin
        imageSum += deviation
        imageSquares += deviation * deviation
      }
      sum += imageSum
      sumOfSquares += imageSquares
    }
    const count = images * plane
    const average = sum / count
    mean.push((origin + average) / divisor)
    std.push(Math.sqrt(Math.max(0, sumOfSquares / count - average * average)) / divisor)
  }
  return { mean, std }
}

function countClasses(labels: Int32Array, names: string[] | null, where: string): { counts: number[]; names: string[] } {
  let largest = 0
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    if (label < 0) fail('DATA_CORRUPT', where, `Image ${i} has the label ${label}; labels are class indices from 0.`, 'Number the classes from 0.')
    if (label > largest) largest = label
  }
  if (largest >= maximumClasses) {
    fail('DATA_CORRUPT', where, `The largest label is ${largest}; at most ${maximumClasses} classes are supported.`, 'Check that the label file holds class indices from 0.')
  }
  if (names !== null && largest >= names.length) {
    fail('DATA_CORRUPT', where, `There is a label ${largest}, but only ${names.length} class names.`, 'Give one name per class, in the order of the labels.')
  }
  const classNames = names ?? Array.from({ length: largest + 1 }, (_, index) => String(index))
  const counts = new Array<number>(classNames.length).fill(0)
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]! += 1
  return { counts, names: classNames }
}

/**
 * Checks a data set and computes its summary.
 * @throws the problem DATA_CORRUPT for no images, different numbers of images and labels, a label outside of the
 * classes, or a pixel that is not a finite number.
 */
export function assembleDataset(raw: RawDataset, where: string): Dataset {
  const [channels, height, width] = raw.shape
  const imageSize = channels * height * width
  const count = raw.labels.length
  if (count === 0) fail('DATA_CORRUPT', where, 'The data set holds no images.', 'Choose data with at least one image.')
  if (raw.pixels.length !== count * imageSize) {
    fail('DATA_CORRUPT', where, `There are ${raw.pixels.length / imageSize} images but ${count} labels.`, 'Use images and labels of the same set.')
  }
  const classes = countClasses(raw.labels, raw.classNames, where)
  const notes = [...raw.notes]
  if (raw.pixels instanceof Float32Array) {
    for (let i = 0; i < raw.pixels.length; i++) {
      if (!Number.isFinite(raw.pixels[i]!)) {
        fail('DATA_CORRUPT', where, `Image ${Math.floor(i / imageSize)} holds a value that is not a finite number.`, 'Remove or replace NaN and infinite values.')
      }
    }
  }
  const missing = classes.names.filter((_, index) => classes.counts[index] === 0)
  if (missing.length > 0) {
    notes.push(`${missing.length} of ${classes.names.length} classes have no image: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}.`)
  }
  const divisor = raw.pixels instanceof Uint8Array ? 255 : 1
  const statistics = channelStatistics(raw.pixels, raw.shape, divisor)
  const sha256 = createHash('sha256').update(bytesOf(raw.pixels)).update(bytesOf(raw.labels)).digest('hex')
  return {
    summary: {
      name: raw.name,
      format: raw.format,
      shape: raw.shape,
      elementType: raw.pixels instanceof Uint8Array ? 'uint8' : 'float32',
      count,
      classNames: classes.names,
      classCounts: classes.counts,
      sourceSplits: raw.sourceSplits,
      channelMean: statistics.mean,
      channelStd: statistics.std,
      divisor,
      sha256,
      notes
    },
    pixels: raw.pixels,
    labels: raw.labels
  }
}
