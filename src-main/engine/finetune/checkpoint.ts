/**
 * The state of a fine-tuning between two steps, in one file: enough to go on to bit-identical final weights. Chance
 * needs no state, because every draw is named by its step.
 *
 * Layout: magic, length of the JSON head (uint32, little endian), JSON head, then float32 values of the weights, the
 * velocities and the best weights, in the order of `head.parameters`: weights and biases, then the steps of learnt ranges.
 */
import { open, readFile, rename } from 'node:fs/promises'
import { z } from 'zod'
import { fail } from '@shared/problems'
import type { LearntRange } from '../analog/program'
import type { StoredParameter } from '../analog/scales'

const magic = 'ACIMCKP2'
const prefixBytes = magic.length + 4

const headSchema = z.object({
  /** Steps done. */
  step: z.int(),
  best: z.union([z.object({ step: z.int(), noisyTop1: z.number(), noisyLoss: z.number() }), z.object({ step: z.int(), noisyError: z.number().nullable() })]).nullable(),
  /** Lines of metrics.jsonl that belong to these steps. */
  metricLines: z.int(),
  /** Running sums since the last line. */
  lossSum: z.number(),
  normSum: z.number(),
  stepsSinceLine: z.int(),
  secondsElapsed: z.number(),
  parameters: z.array(z.object({ name: z.string(), length: z.int() }))
})

/** What is trained: weights and biases, behind them the steps of learnt ranges. */
export const trainedArrays = ({ parameters, ranges }: { parameters: readonly StoredParameter[]; ranges: readonly LearntRange[] }): { name: string; length: number }[] => [
  ...parameters.map(({ name, length }) => ({ name, length })), ...ranges.map(({ kind, layer }) => ({ name: `${kind} step of ${layer}`, length: 1 }))
]

export interface Checkpoint {
  head: z.infer<typeof headSchema>
  weights: Float32Array[]
  velocities: Float32Array[]
  bestWeights: Float32Array[]
}

/** Written beside and renamed, so that a killed process leaves the old one or the new one. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const head = Buffer.from(JSON.stringify(checkpoint.head))
  const prefix = Buffer.alloc(prefixBytes)
  prefix.write(magic, 'latin1')
  prefix.writeUInt32LE(head.length, magic.length)
  const temporary = `${file}.part`
  const handle = await open(temporary, 'w')
  try {
    await handle.writeFile(Buffer.concat([prefix, head]))
    for (const array of [...checkpoint.weights, ...checkpoint.velocities, ...checkpoint.bestWeights]) {
      // A copy: the arrays may lie in shared memory, which file system calls do not take.
      await handle.writeFile(new Uint8Array(new Float32Array(array).buffer))
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}

/** Null when there is none. Problem: RUN_INVALID when it is damaged or belongs to another network. */
export async function readCheckpoint(file: string, parameters: readonly { name: string; length: number }[]): Promise<Checkpoint | null> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (bytes === null) return null
  if (bytes.length < prefixBytes || bytes.toString('latin1', 0, magic.length) !== magic) fail('RUN_INVALID', file, 'This is not a checkpoint of this program.')
  const headEnd = prefixBytes + bytes.readUInt32LE(magic.length)
  let head
  try {
    head = headSchema.parse(JSON.parse(bytes.toString('utf8', prefixBytes, headEnd)))
  } catch {
    fail('RUN_INVALID', file, 'The head of the checkpoint cannot be read.')
  }
  const expected = parameters.map(({ name, length }) => `${name}:${length}`).join()
  if (head.parameters.map(({ name, length }) => `${name}:${length}`).join() !== expected) {
    fail('RUN_INVALID', file, 'The checkpoint belongs to a network with other weights, or to other learnt ranges.')
  }
  const total = parameters.reduce((sum, { length }) => sum + length, 0)
  if (bytes.length !== headEnd + 3 * total * 4) fail('RUN_INVALID', file, `The checkpoint has ${bytes.length} bytes, ${headEnd + 3 * total * 4} were expected.`)
  let offset = headEnd
  const take = (): Float32Array[] =>
    parameters.map(({ length }) => {
      const values = new Float32Array(length)
      new Uint8Array(values.buffer).set(bytes.subarray(offset, offset + length * 4))
      offset += length * 4
      return values
    })
  return { head, weights: take(), velocities: take(), bestWeights: take() }
}
