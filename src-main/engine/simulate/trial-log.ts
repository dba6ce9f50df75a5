/** trials.jsonl: one finished chip instance a line, appended as they end; what a resumed run need not repeat. */
import { appendFile, readFile, truncate } from 'node:fs/promises'
import type { z } from 'zod'
import { fidelityTrialSchema, trialSchema, type FidelityTrial, type Trial } from '@shared/simulation'
import { fail } from '@shared/problems'

/** What a line holds, and what it is the one result of. */
export interface TrialFormat<T> {
  schema: z.ZodType<T>
  key(trial: T): string
}
const simulationTrials: TrialFormat<Trial> = { schema: trialSchema, key: ({ point, chipInstance }) => `${point}:${chipInstance}` }

/** Those of a network without classes. */
export const fidelityTrials: TrialFormat<FidelityTrial> = { schema: fidelityTrialSchema, key: ({ point, chipInstance }) => `${point}:${chipInstance}` }

export class TrialLog<T = Trial> {
  private written: Promise<void> = Promise.resolve()

  private constructor(
    private readonly file: string,
    readonly trials: T[]
  ) {}

  /** The trials of a simulation; see {@link openOf}. */
  static open(file: string): Promise<TrialLog> {
    return TrialLog.openOf(file, simulationTrials)
  }

  /**
   * Opens or begins the log. A last line without its end was being written when the process was killed: it is cut off.
   * Problem: RUN_INVALID when a complete line cannot be read; the file is left as it was.
   */
  static async openOf<T>(file: string, format: TrialFormat<T>): Promise<TrialLog<T>> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const end = text.lastIndexOf('\n') + 1
    const trials = text.slice(0, end).split('\n').slice(0, -1).map((line, index) => parseLine(format.schema, line, file, index + 1))
    if (end < text.length) await truncate(file, Buffer.byteLength(text.slice(0, end)))
    // Two processes that met on one run may both have finished a chip instance; it counts once.
    const first = new Map(trials.map((trial) => [format.key(trial), trial] as const).reverse())
    return new TrialLog(file, trials.filter((trial) => first.get(format.key(trial)) === trial))
  }

  /** One line after the other: long lines (many classes) are written in pieces, which must not mix. */
  append(trial: T): Promise<void> {
    this.trials.push(trial)
    this.written = this.written.then(() => appendFile(this.file, JSON.stringify(trial) + '\n'))
    return this.written
  }
}

function parseLine<T>(schema: z.ZodType<T>, line: string, file: string, number: number): T {
  try {
    return schema.parse(JSON.parse(line))
  } catch {
    fail('RUN_INVALID', `${file}:${number}`, 'This line is not a trial.')
  }
}
