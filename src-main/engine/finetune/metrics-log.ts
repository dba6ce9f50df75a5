/** metrics.jsonl: the history of a fine-tuning, a line at a time. */
import { open, readFile, truncate } from 'node:fs/promises'
import { finetuneMetricSchema, type FinetuneMetric } from '@shared/finetune'
import { fail } from '@shared/problems'

export class MetricsLog {
  private constructor(
    private readonly file: string,
    readonly lines: FinetuneMetric[]
  ) {}

  /**
   * Opens the log and cuts it to the `count` lines that the checkpoint stands on; what came after is computed again.
   * The file is only ever shortened, so that a process killed here leaves every line that the checkpoint counts.
   */
  static async open(file: string, count: number): Promise<MetricsLog> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const kept = text.split('\n').slice(0, count)
    const lines = kept.map((line, index) => {
      try {
        return finetuneMetricSchema.parse(JSON.parse(line))
      } catch {
        fail('RUN_INVALID', `${file}:${index + 1}`, 'This line is not a training metric.')
      }
    })
    if (lines.length < count) fail('RUN_INVALID', file, `${count} lines were expected, ${lines.length} found.`)
    const bytes = Buffer.byteLength(kept.map((line) => line + '\n').join(''))
    if (Buffer.byteLength(text) > bytes) await truncate(file, bytes)
    return new MetricsLog(file, lines)
  }

  async append(metric: FinetuneMetric): Promise<void> {
    this.lines.push(metric)
    const handle = await open(this.file, 'a')
    try {
      await handle.writeFile(JSON.stringify(metric) + '\n')
      // On the disk before a checkpoint counts this line.
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}
