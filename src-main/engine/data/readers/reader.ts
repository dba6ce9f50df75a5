/** What a data format must supply. Adding a format is one file with a {@link DatasetReader} and one line in `registry.ts`. */
import type { DatasetSummary } from '@shared/dataset'
import type { Dataset } from '../dataset'
import type { Source } from '../files'

export interface DatasetReader {
  formats: readonly DatasetSummary['format'][]
  /** The format of `source` if it is one of this reader's, judged by content and file names, cheaply. */
  detect(source: Source): Promise<DatasetSummary['format'] | null>
  /** Reads a source that `detect` recognised. Raises DATA_CORRUPT, DATA_LABELS_MISSING, FILE_TOO_LARGE and the like. */
  read(source: Source, format: DatasetSummary['format']): Promise<Dataset>
}
