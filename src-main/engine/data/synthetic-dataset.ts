/** A data set made from given values, for tests. */
import { assembleDataset, type RawDataset } from './assemble'
import type { Dataset } from './dataset'
import { sharedBytes, sharedFloats, sharedIntegers } from './shared-arrays'

/** Pixels are copied into shared memory; everything not given has a plain default. */
export function datasetOf(
  shape: [number, number, number],
  pixels: Uint8Array | Float32Array,
  labels: readonly number[],
  more: Partial<Pick<RawDataset, 'classNames' | 'sourceSplits' | 'name'>> = {}
): Dataset {
  const copy = pixels instanceof Uint8Array ? sharedBytes(pixels.length) : sharedFloats(pixels.length)
  copy.set(pixels)
  const labelCopy = sharedIntegers(labels.length)
  labelCopy.set(labels)
  return assembleDataset(
    { name: 'synthetic', format: 'idx', shape, pixels: copy, labels: labelCopy, classNames: null, sourceSplits: null, notes: [], ...more },
    'synthetic'
  )
}
