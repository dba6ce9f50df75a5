/**
 * Two networks on the same hardware, for example before and after HA-SGD fine-tuning. Counts follow from shapes and
 * hardware alone; only the energy of cells depends on the weights, because a weight programs a conductance.
 */
import { z } from 'zod'
import { componentIds } from './energy'
import type { CostEstimate } from './estimate'
import { quantityIds } from './quantities'

const pair = z.strictObject({ before: z.number(), after: z.number() })

export const costComparisonSchema = z.strictObject({
  before: z.string(),
  after: z.string(),
  counts: z.record(z.enum(quantityIds), pair),
  /** Every count of every layer is the same. */
  countsEqual: z.boolean(),
  energy: z.record(z.enum(componentIds), pair),
  joules: pair,
  secondsSerial: pair,
  squareMetres: pair
})
export type CostComparison = z.infer<typeof costComparisonSchema>

export function compareCosts(before: CostEstimate, after: CostEstimate): CostComparison {
  const pairOf = (of: (estimate: CostEstimate) => number): z.infer<typeof pair> => ({ before: of(before), after: of(after) })
  const byKey = <K extends string>(ids: readonly K[], of: (estimate: CostEstimate, id: K) => number): Record<K, z.infer<typeof pair>> =>
    Object.fromEntries(ids.map((id) => [id, pairOf((estimate) => of(estimate, id))])) as Record<K, z.infer<typeof pair>>
  return {
    before: before.network, after: after.network,
    counts: byKey(quantityIds, ({ counts }, id) => counts[id]),
    countsEqual: before.layers.length === after.layers.length && before.layers.every((layer, index) => quantityIds.every((id) => layer.counts[id] === after.layers[index]?.counts[id])),
    energy: byKey(componentIds, ({ energy }, id) => energy[id]),
    joules: pairOf(({ joules }) => joules),
    secondsSerial: pairOf(({ secondsSerial }) => secondsSerial),
    squareMetres: pairOf(({ squareMetres }) => squareMetres)
  }
}
