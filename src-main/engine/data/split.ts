/** Which images train, validate and test: ranges in the data set's fixed order, without any chance. */
import type { DatasetSummary, ImageRange } from '@shared/dataset'
import { fail } from '@shared/problems'

export interface SplitRequest {
  /** Images to evaluate. */
  count: number
  /** Position of the first of them in the whole set; null takes the last ones of the test part. */
  first: number | null
  /** Training images, validation included; 0 or nothing takes all that are not evaluated. */
  trainImages?: number
  /** Taken from the end of the training images and not trained on. */
  validationImages?: number
}

export interface Splits {
  train: ImageRange
  validation: ImageRange
  test: ImageRange
}

const whole = (summary: DatasetSummary): ImageRange => ({ first: 0, count: summary.count })
const end = (range: ImageRange): number => range.first + range.count
const between = (first: number, last: number): ImageRange => ({ first, count: Math.max(0, last - first) })

/** How many images {@link evaluationRange} can give when no first image is named. */
export const availableForEvaluation = (summary: DatasetSummary): number => (summary.sourceSplits?.test ?? whole(summary)).count

/**
 * The images that are evaluated: `count` from `first` on, or the last `count` of the source's test split, or of the
 * whole set where the source names no splits; then they must lie behind the first `trainImages`.
 * @throws the problem DATA_TOO_FEW_IMAGES with the numbers.
 */
export function evaluationRange(
  summary: DatasetSummary,
  images: { count: number; first: number | null },
  trainImages = 0
): ImageRange {
  const { count, first } = images
  if (first !== null) {
    if (first + count > summary.count) {
      fail('DATA_TOO_FEW_IMAGES', summary.name, `Images ${first} … ${first + count - 1} were asked for; the data set has ${summary.count} (0 … ${summary.count - 1}).`)
    }
    return { first, count }
  }
  const part = summary.sourceSplits?.test ?? whole(summary)
  if (count > part.count) {
    const name = summary.sourceSplits === null ? 'data set' : 'test part of the data set'
    fail('DATA_TOO_FEW_IMAGES', summary.name, `${count} images to evaluate were asked for; the ${name} has ${part.count}.`)
  }
  if (summary.sourceSplits === null && trainImages + count > summary.count) {
    fail('DATA_TOO_FEW_IMAGES', summary.name, `${trainImages} training images and ${count} other images to evaluate were asked for; the data set has ${summary.count}.`)
  }
  return { first: end(part) - count, count }
}

/**
 * Training, validation and test images; no image is in two of them. Training images are the first `trainImages` of the
 * source's train split (of the whole set where there are no splits) that are not evaluated. Where evaluated images
 * lie in the midst, the part before them is used if it is long enough, else the part behind; without a number the
 * longer part. `train` may be empty when neither training nor validation images were asked for.
 * @throws the problem DATA_TOO_FEW_IMAGES with the numbers.
 */
export function resolveSplits(summary: DatasetSummary, request: SplitRequest): Splits {
  const { trainImages = 0, validationImages = 0 } = request
  const test = evaluationRange(summary, request, trainImages)
  const pool = summary.sourceSplits?.train ?? whole(summary)
  const before = between(pool.first, Math.min(end(pool), test.first))
  const behind = between(Math.max(pool.first, end(test)), end(pool))
  const longer = behind.count > before.count ? behind : before
  const chosen = trainImages > 0 && before.count >= trainImages ? before : longer
  if (trainImages > chosen.count) {
    fail('DATA_TOO_FEW_IMAGES', summary.name, `${trainImages} training images were asked for; beside the ${test.count} evaluated images ${chosen.count} are left in a row.`)
  }
  const used = trainImages > 0 ? trainImages : chosen.count
  if (validationImages > 0 && validationImages >= used) {
    fail('DATA_TOO_FEW_IMAGES', summary.name, `${validationImages} validation images of ${used} training images leave none to train on.`, 'Ask for fewer validation images, or train on more images.')
  }
  const trained = used - validationImages
  return {
    train: { first: chosen.first, count: trained },
    validation: { first: chosen.first + trained, count: validationImages },
    test
  }
}
