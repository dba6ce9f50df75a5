/** What a device does, evaluated and sampled for plots. Conductances in the unit of the device (µS, or nA), times in s. */
import { z } from 'zod'
import { conductanceDeviceSchema, programmingSchema } from './devices'

export const deviceCurvesInputSchema = z.strictObject({
  device: conductanceDeviceSchema,
  programming: programmingSchema,
  /** Time after programming of the description. */
  seconds: z.number().min(0).max(1e10)
})
export type DeviceCurvesInput = z.infer<typeof deviceCurvesInputSchema>

export const deviceCurvesSchema = z.strictObject({
  range: z.strictObject({ minimum: z.number(), maximum: z.number() }),
  /** Cells that were drawn for each programmed target. */
  cellsPerLevel: z.int(),
  /** True where the targets are all programmable levels; false for evenly spaced targets (of a continuous device, or of very many levels). */
  allLevels: z.boolean(),
  /** State directly after programming: levels, write–verify and stuck cells included. */
  levels: z.array(z.strictObject({
    target: z.number(),
    mean: z.number(),
    deviation: z.number(),
    /** Some of the drawn cells. */
    samples: z.array(z.number())
  })),
  /** Standard deviation of the model's programming error, before clipping, write–verify and stuck cells. */
  programming: z.array(z.strictObject({ target: z.number(), deviation: z.number() })),
  /** Null where time changes nothing, or nothing is known of it. */
  drift: z
    .strictObject({
      seconds: z.array(z.number()),
      cellsPerTarget: z.int(),
      targets: z.array(z.strictObject({ target: z.number(), mean: z.array(z.number()), deviation: z.array(z.number()) }))
    })
    .nullable(),
  /** Noise of one read at `read.seconds`; null where the device has none. */
  read: z
    .strictObject({
      /** Time of the description; 0 where the device is not known at that time. */
      seconds: z.number(),
      /** Mean conductance at that time of error-free cells, and the root mean square of their σ_read. */
      points: z.array(z.strictObject({ target: z.number(), conductance: z.number(), deviation: z.number() }))
    })
    .nullable()
})
export type DeviceCurves = z.infer<typeof deviceCurvesSchema>
