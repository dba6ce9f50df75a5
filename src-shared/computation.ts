/** How a run was computed: what was chosen for the machine. On the CPU results do not depend on it. */
import { z } from 'zod'
import { providerNames, providerSchema, refusedProviderSchema, type Provider } from './providers'

export const computationSchema = z.object({
  /** Tasks computed at the same time, each in a thread of its own. */
  workers: z.int(),
  /** Threads of ONNX Runtime within each, where all workers are busy. */
  threads: z.int(),
  /** Images per run of the network; in training, images of one part of a mini-batch. */
  batch: z.int(),
  /** Of the engine process: predicted before the run, and the largest that was seen while it ran. */
  predictedPeakMegabytes: z.number(),
  measuredPeakMegabytes: z.number(),
  /** What computed the network. Runs from before there was a choice were computed by the CPU. */
  provider: providerSchema.default('cpu'),
  /** A provider that was asked for and could not be used. */
  refused: refusedProviderSchema.nullable().default(null)
})
export type Computation = z.infer<typeof computationSchema>

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** What can be said of doing it again. */
const determinismOf = (provider: Provider): string =>
  `The random draws are those of the CPU, but ${providerNames[provider]} adds in an order of its own: results agree with the CPU's to rounding, not to the last digit, and images near a decision boundary may change class`

/** One sentence for reports and panels. */
export const computationInWords = ({ workers, threads, batch, predictedPeakMegabytes, measuredPeakMegabytes, provider, refused }: Computation): string =>
  (refused === null ? '' : `${providerNames[refused.provider]} was asked for and could not be used (${refused.reason.replace(/\.$/, '')}). `) +
  `${providerNames[provider]}, ` +
  `${counted(workers, 'worker')} with ${counted(threads, 'thread')} each, ${counted(batch, 'image')} at a time; at most ${measuredPeakMegabytes.toFixed(0)} MB (predicted: ${predictedPeakMegabytes.toFixed(0)} MB)` +
  (provider === 'cpu' ? '' : `. ${determinismOf(provider)}`)
