/** How a run was computed: what was chosen for the machine. Results do not depend on it. */
import { z } from 'zod'

export const computationSchema = z.object({
  /** Tasks computed at the same time, each in a thread of its own. */
  workers: z.int(),
  /** Threads of ONNX Runtime within each, where all workers are busy. */
  threads: z.int(),
  /** Images per run of the network; in training, images of one part of a mini-batch. */
  batch: z.int(),
  /** Of the engine process: predicted before the run, and the largest that was seen while it ran. */
  predictedPeakMegabytes: z.number(),
  measuredPeakMegabytes: z.number()
})
export type Computation = z.infer<typeof computationSchema>

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** One sentence for reports and panels. */
export const computationInWords = ({ workers, threads, batch, predictedPeakMegabytes, measuredPeakMegabytes }: Computation): string =>
  `${counted(workers, 'worker')} with ${counted(threads, 'thread')} each, ${counted(batch, 'image')} at a time; at most ${measuredPeakMegabytes.toFixed(0)} MB (predicted: ${predictedPeakMegabytes.toFixed(0)} MB)`
