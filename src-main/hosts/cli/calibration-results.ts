/** The converters of a run as part of its JSON document: ranges and figures without histograms. */
import type { CalibrationSet, ConverterCalibration } from '@shared/calibration'
import { clippedShares, fewestStepsUsed } from '@shared/charts'
import type { Workplace } from './workplace'

/** All calibrations of a run, one for each distinct program; empty without converters. */
export async function calibrationSets(place: Pick<Workplace, 'request'>, runId: string): Promise<CalibrationSet[]> {
  const first = await place.request('runs.calibration', { runId, index: null })
  if (first.kind === 'missing') return []
  const sets: CalibrationSet[] = []
  for (let index = 0; index < first.occasions.length; index++) {
    const shown = index === first.index ? first : await place.request('runs.calibration', { runId, index })
    if (shown.kind === 'kept') sets.push(shown.set)
  }
  return sets
}

export const calibrationJson = ({ occasions, images, converters }: CalibrationSet) => ({ occasions, images, converters: converters.map(converterJson) })

/** `clipped`: shares of the values that lie beyond each end. */
const converterJson = (converter: ConverterCalibration) => ({
  layer: converter.layer, kind: converter.kind, array: converter.array, bits: converter.bits, choice: converter.choice, lowest: converter.lowest, highest: converter.highest,
  ...(converter.tiles === null ? {} : { perTile: converter.tiles.each.map(({ highest }) => highest) }),
  seen: { lowest: converter.histogram.lowest, highest: converter.histogram.highest }, clipped: clippedShares(converter), stepsUsed: fewestStepsUsed(converter)
})
