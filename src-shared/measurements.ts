/** Measured conductances as they come from a file, and the curves that were fitted to them. Conductances in µS. */
import { z } from 'zod'
import { tablePointSchema } from './devices'
import { problemSchema } from './problems'

export const fitForms = ['constant', 'proportional', 'polynomial-1', 'polynomial-2', 'polynomial-3', 'polynomial-4', 'saturating-exponential'] as const
export type FitForm = (typeof fitForms)[number]

export const fitFormNames: Record<FitForm, string> = {
  constant: 'Constant',
  proportional: 'Proportional',
  'polynomial-1': 'Polynomial, degree 1',
  'polynomial-2': 'Polynomial, degree 2',
  'polynomial-3': 'Polynomial, degree 3',
  'polynomial-4': 'Polynomial, degree 4',
  'saturating-exponential': 'Saturating exponential'
}

/** One form fitted to mean or deviation of the points of one time. */
export const measuredFitSchema = z.strictObject({
  form: z.enum(fitForms),
  formula: z.string(),
  coefficients: z.array(z.number()),
  /** Measured minus fitted, in the order of the points of that time. */
  residuals: z.array(z.number()),
  rootMeanSquare: z.number(),
  rSquared: z.number(),
  /** The fitted curve at evenly spaced targets from the smallest to the largest. */
  curve: z.array(z.tuple([z.number(), z.number()]))
})
export type MeasuredFit = z.infer<typeof measuredFitSchema>

export const measurementsSchema = z.strictObject({
  /** Name of the file. */
  name: z.string(),
  points: z.array(tablePointSchema),
  /** Rows that hold no point: each names its line, what was found and what was expected. */
  malformed: z.array(problemSchema)
})
export type Measurements = z.infer<typeof measurementsSchema>

/** Fits to the points of one time; forms with more coefficients than there are targets are left out. */
export const measuredFitsSchema = z.strictObject({ deviation: z.array(measuredFitSchema), mean: z.array(measuredFitSchema) })
export type MeasuredFits = z.infer<typeof measuredFitsSchema>

/** Which forms a device is made from; a mean of null is the target itself. */
export const deviceOfFitInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  /** The points of one time. */
  points: z.array(tablePointSchema).min(2).max(20_000),
  deviation: z.enum(fitForms),
  mean: z.enum(fitForms).nullable()
})
export type DeviceOfFitInput = z.infer<typeof deviceOfFitInputSchema>
