/** Statistics of an accuracy over chip instances, as stored in results. Accuracies are fractions in [0, 1]. */
import { z } from 'zod'

export const accuracyStatisticsSchema = z.object({
  mean: z.number(),
  /** Sample standard deviation (n − 1); 0 for one value. */
  std: z.number(),
  /** Half-width of the 95 % confidence interval of the mean (Student t); null for one value. */
  ci95: z.number().nullable(),
  min: z.number(),
  max: z.number(),
  quantiles: z.object({ q05: z.number(), q25: z.number(), q50: z.number(), q75: z.number(), q95: z.number() }),
  /** One value per chip instance, in the order of the instances. */
  values: z.array(z.number())
})
export type AccuracyStatistics = z.infer<typeof accuracyStatisticsSchema>
