/**
 * What calibration found at the converters of a run and the ranges that it gave them: what the noise-free network brings to
 * each on the calibration images. Kept in the run's folder.
 */
import { z } from 'zod'
import { imageRangeSchema } from './dataset'
import { hardwareInForce, layerHardware, type Hardware } from './hardware'

/** File in the folder of a run. */
export const calibrationFile = 'calibration.json'

/** Values in equal bins from `lowest` to `highest` of what was seen; 0 lies between them. The last bin holds its upper edge. */
export const seenSchema = z.object({ lowest: z.number(), highest: z.number(), counts: z.array(z.number().min(0)).min(1) })
export type Seen = z.infer<typeof seenSchema>

/** What arrived at converters with one range, and that range. */
export const digitizedSchema = z.object({
  /** Values of the lowest and the highest code; of an ideal converter the ends of full scale. */
  lowest: z.number(),
  highest: z.number(),
  histogram: seenSchema,
  /** How many values lie beyond each end: counted in 4096 bins of magnitude, within the bin of an end by its share. */
  clipped: z.object({ below: z.number().min(0), above: z.number().min(0) })
})
export type Digitized = z.infer<typeof digitizedSchema>

export const arraySides = ['pair', 'single', 'positive', 'negative', 'reference'] as const

/** How a range was found. `per-vector`: each input vector's largest magnitude is 1. */
export const rangeChoiceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['max', 'least-squares', 'full-scale', 'fixed', 'per-vector']) }),
  z.object({ kind: z.literal('percentile'), percentile: z.number() })
])
export type RangeChoice = z.infer<typeof rangeChoiceSchema>

/** The converters of one kind of one layer, or of one of its arrays. */
export const converterCalibrationSchema = digitizedSchema.extend({
  id: z.string(),
  kind: z.enum(['dac', 'adc']),
  /** Name of the layer's node. */
  layer: z.string(),
  /** The bit slice (least significant first) and side that an ADC reads, of several; null: the only one. */
  array: z.object({ slice: z.int().min(0), side: z.enum(arraySides) }).nullable(),
  /** 0: ideal. */
  bits: z.int().min(0),
  /** Distance of two codes; null for an ideal converter. */
  step: z.number().positive().nullable(),
  choice: rangeChoiceSchema,
  /** Values are in units of the scale of their column, as columns have scales of their own; else in the unit of the layer's weights times its input. */
  perColumnScale: z.boolean(),
  /** Current of one cell at its largest conductance with a full-scale input, in the unit of the values; null for a DAC. */
  cellCurrent: z.number().positive().nullable(),
  /** Where each tile has a range of its own: all of them, in the order (group · row tiles + row tile) · column tiles + column tile. */
  tiles: z.object({ rowTiles: z.int().min(1), columnTiles: z.int().min(1), each: z.array(digitizedSchema) }).nullable()
})
export type ConverterCalibration = z.infer<typeof converterCalibrationSchema>

/** When in a run these ranges held. */
export const occasionSchema = z.discriminatedUnion('kind', [
  /** Of a sweep, or the only one. */
  z.object({ kind: z.literal('point'), point: z.int().min(0), value: z.union([z.number(), z.string()]).nullable() }),
  /** Of an attribution. */
  z.object({ kind: z.literal('all-effects') }),
  /** Of a fine-tuning. */
  z.object({ kind: z.enum(['before', 'after']) })
])
export type Occasion = z.infer<typeof occasionSchema>

/** One calibration and every point at which it held: points that differ in devices alone share it. */
export const calibrationSetSchema = z.object({
  occasions: z.array(occasionSchema).min(1),
  images: imageRangeSchema,
  converters: z.array(converterCalibrationSchema)
})
export type CalibrationSet = z.infer<typeof calibrationSetSchema>

export const storedCalibrationSchema = z.object({ schemaVersion: z.literal(1), sets: z.array(calibrationSetSchema) })
export type StoredCalibration = z.infer<typeof storedCalibrationSchema>

/** Why a run has no calibration to show. */
export const missingCalibrations = ['no-converters', 'not-yet', 'not-kept'] as const
export type MissingCalibration = (typeof missingCalibrations)[number]

/** One set of a run in full, and when the others held; or why there is none. */
export const shownCalibrationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kept'), occasions: z.array(z.array(occasionSchema)), index: z.int().min(0), set: calibrationSetSchema }),
  z.object({ kind: z.literal('missing'), reason: z.enum(missingCalibrations) })
])
export type ShownCalibration = z.infer<typeof shownCalibrationSchema>

/** Some layer may have a DAC or an ADC that acts. Needs no network: a layer without settings of its own stands for all of those. */
export function hasConverters(hardware: Hardware): boolean {
  // Each between two others: whether the first and the last layer stay digital does not matter here.
  const all = [layerHardware({ ...hardware, layers: {} }, ['', '', ''], 1), ...Object.keys(hardware.layers).map((name) => layerHardware(hardware, ['', name, ''], 1))]
  return all.some((own) => {
    if (own === 'digital') return false
    const { dac, adc } = hardwareInForce(own)
    return dac !== null || adc !== null
  })
}
