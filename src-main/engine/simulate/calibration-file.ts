/** What calibration found, kept in the folder of a run so that it can be looked at. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { calibrationFile, storedCalibrationSchema, type CalibrationSet, type Occasion } from '@shared/calibration'
import type { PreparedProgram } from './evaluator'

/** What reached the converters, program after program; written beside and renamed, so that it is always whole. */
export class CalibrationFile {
  private sets: CalibrationSet[] | null = null
  private readonly file: string
  constructor(runFolder: string) {
    this.file = join(runFolder, calibrationFile)
  }

  /**
   * What an earlier part of the run kept stays. Without converters there is nothing to keep, and one calibration is kept once, with
   * all points at which it held: what differs in devices alone reaches the converters alike.
   */
  async keep(occasion: Occasion, { converters, calibratedOn: images }: Pick<PreparedProgram, 'converters' | 'calibratedOn'>): Promise<void> {
    if (converters.length === 0) return
    const sets = (this.sets ?? (await readSets(this.file))).flatMap((set) => {
      const occasions = set.occasions.filter((other) => !isDeepStrictEqual(other, occasion))
      return occasions.length === 0 ? [] : [{ ...set, occasions }]
    })
    const same = sets.findIndex((set) => set.converters === converters || isDeepStrictEqual(set.converters, converters))
    const occasions = [...(sets[same]?.occasions ?? []), occasion].sort(inOrder)
    const set: CalibrationSet = { occasions, images, converters }
    this.sets = (same < 0 ? [...sets, set] : sets.map((other, index) => (index === same ? set : other))).sort((a, b) => inOrder(a.occasions[0]!, b.occasions[0]!))
    await writeFile(`${this.file}.part`, JSON.stringify({ schemaVersion: 1, sets: this.sets }))
    await rename(`${this.file}.part`, this.file)
  }
}

const place = (occasion: Occasion): number => (occasion.kind === 'point' ? occasion.point : occasion.kind === 'after' ? 1 : 0)
const inOrder = (a: Occasion, b: Occasion): number => place(a) - place(b)

/** What an earlier part of the run kept; nothing where there is no such file or it cannot be used: it is made anew. */
async function readSets(file: string): Promise<CalibrationSet[]> {
  try {
    return storedCalibrationSchema.parse(JSON.parse(await readFile(file, 'utf8'))).sets
  } catch {
    return []
  }
}
