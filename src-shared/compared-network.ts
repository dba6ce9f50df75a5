/** A second network of the same layers, which a run computes beside the network in use. */
import { z } from 'zod'

export const comparedNetworkSchema = z.discriminatedUnion('kind', [
  /** The network that a finished fine-tuning of this project has made. */
  z.strictObject({ kind: z.literal('run'), runId: z.string() }),
  /** An imported network of this project: its folder under models/. */
  z.strictObject({ kind: z.literal('network'), folder: z.string() })
])
export type ComparedNetwork = z.infer<typeof comparedNetworkSchema>

/** What names it within the project. */
export const comparedName = (network: ComparedNetwork): string => (network.kind === 'run' ? network.runId : network.folder)
