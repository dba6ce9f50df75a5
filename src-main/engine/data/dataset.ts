/**
 * A labelled data set in memory, in canonical form. Pixels and labels lie in shared memory, so that worker threads read
 * them without a copy.
 */
import type { DatasetSummary } from '@shared/dataset'

export interface Dataset {
  summary: DatasetSummary
  /** count × channels × height × width, row-major, as stored (bytes are not divided). Backed by a SharedArrayBuffer. */
  pixels: Uint8Array | Float32Array
  /** One class index per image. Backed by a SharedArrayBuffer. */
  labels: Int32Array
}

/** How stored pixels become what the network's input takes. */
export type InputLayout = 'channels-first' | 'channels-last'
