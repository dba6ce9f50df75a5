/** What calibration found, kept in the folder of a run so that it can be looked at. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calibrationFile, runCalibrationSchema, type ConverterCalibration, type PointCalibration, type SweepValue } from '@shared/simulation'

/** What reached the converters, one point after another; written beside and renamed, so that it is always whole. */
export class CalibrationFile {
  private points: PointCalibration[] | null = null
  private readonly file: string
  constructor(runFolder: string) {
    this.file = join(runFolder, calibrationFile)
  }

  /** Points of an earlier part of the run stay; without converters there is nothing to keep. */
  async keep(point: number, value: SweepValue | null, converters: readonly ConverterCalibration[]): Promise<void> {
    if (converters.length === 0) return
    this.points ??= await readCalibration(this.file)
    this.points = [...this.points.filter((other) => other.point !== point), { point, value, converters: [...converters] }].sort((a, b) => a.point - b.point)
    await writeFile(`${this.file}.part`, JSON.stringify(this.points))
    await rename(`${this.file}.part`, this.file)
  }
}

/** What an earlier part of the run kept; nothing where there is no such file or it cannot be used: it is made anew. */
async function readCalibration(file: string): Promise<PointCalibration[]> {
  try {
    return runCalibrationSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return []
  }
}
