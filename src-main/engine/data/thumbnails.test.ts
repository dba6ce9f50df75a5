import { describe, expect, it } from 'vitest'
import { thumbnailSchema } from '@shared/dataset'
import { problemOf } from './readers/test-files'
import { datasetOf } from './synthetic-dataset'
import { maximumThumbnailSide, thumbnails } from './thumbnails'

const rgba = (dataset: ReturnType<typeof datasetOf>, index: number): number[] => {
  const picture = thumbnailSchema.parse(thumbnails(dataset, [index])[0])
  const bytes = [...Buffer.from(picture.rgbaBase64, 'base64')]
  expect(bytes).toHaveLength(picture.width * picture.height * 4)
  return bytes
}

describe('thumbnails', () => {
  it('shows bytes as they are, grey or in colour', () => {
    expect(rgba(datasetOf([1, 1, 2], Uint8Array.of(5, 6, 7, 8), [0, 1]), 1)).toEqual([7, 7, 7, 255, 8, 8, 8, 255])
    expect(rgba(datasetOf([3, 1, 2], Uint8Array.of(1, 2, 3, 4, 5, 6), [0]), 0)).toEqual([1, 3, 5, 255, 2, 4, 6, 255])
  })

  it('stretches floats between their smallest and largest value', () => {
    expect(rgba(datasetOf([1, 1, 3], Float32Array.of(-2, 0, 2), [0]), 0)).toEqual([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255])
    expect(rgba(datasetOf([1, 1, 1], Float32Array.of(7), [0]), 0)).toEqual([0, 0, 0, 255])
  })

  it('reduces large images by averaging', () => {
    const side = 2 * maximumThumbnailSide
    const pixels = Uint8Array.from({ length: side * 2 }, (_, i) => (i % 2) * 100)
    const [picture] = thumbnails(datasetOf([1, 2, side], pixels, [3]), [0])
    expect(picture).toMatchObject({ width: maximumThumbnailSide, height: 1, label: 3, index: 0 })
    expect(Buffer.from(picture!.rgbaBase64, 'base64')[0]).toBe(50)
  })

  it('refuses an image that is not there', async () => {
    await problemOf(() => thumbnails(datasetOf([1, 1, 1], Uint8Array.of(1), [0]), [1]), 'REQUEST_INVALID')
  })
})
