/** Whether ONNX Runtime convolves in its blocked layout (NCHWc) on this processor, and in blocks of how many channels. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readModel } from './codec'
import { GraphBuilder } from './graph-builder'
import { createSession } from './session'

/** Domain of the operators on blocked values. */
export const blockedDomain = 'com.microsoft.nchwc'
let found: Promise<number | null> | null = null

/** Channels of a block, or null where convolutions are not blocked, or where it cannot be found out. Asked once per process, a few milliseconds. */
export const blockedLayout = (): Promise<number | null> =>
  (found ??= askRuntime().catch(() => {
    // Asked again the next time: the folder for temporary files may be there then.
    found = null
    return null
  }))

/** Lets the runtime optimise one convolution and looks at what it made of it: blocks pad the single output channel. */
async function askRuntime(): Promise<number | null> {
  const builder = new GraphBuilder('blocked-layout')
  builder.input({ name: 'x', type: 'float32', shape: [1, 64, 4, 4] })
  const kernel = builder.constant('kernel', { type: 'float32', dims: [1, 64, 3, 3], data: new Float32Array(64 * 9).fill(1) })
  builder.node('Conv', ['x', kernel], { kernel_shape: [3, 3] }, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: [1, 1, 2, 2] })
  const model = { irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }
  const folder = await mkdtemp(join(tmpdir(), 'acim-layout-'))
  try {
    const file = join(folder, 'optimized.onnx')
    const session = await createSession(model, { optimizedModelFile: file })
    await session.release()
    const { graph } = readModel(new Uint8Array(await readFile(file)))
    const convolution = graph.nodes.find((node) => node.domain === blockedDomain && node.opType === 'Conv')
    return graph.initializers.get(convolution?.inputs[1] ?? '')?.dims[0] ?? null
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
