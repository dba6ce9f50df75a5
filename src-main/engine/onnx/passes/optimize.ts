/** ONNX Runtime's own basic optimisation: constants folded, BatchNorm folded into Conv, dead nodes and identities removed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readModel } from '../codec'
import { rawBytes } from '../codec-tensor'
import { openExternalFiles } from '../external-data'
import type { Model, Tensor } from '../graph'
import { withGraph } from '../graph-queries'
import { createSession } from '../session'
import { needsParts } from '../split-model'

const weightsFile = 'optimized.weights'

/** What the optimisation left as it was is the same tensor as before, so that it is not held twice. */
function sharedWith(before: ReadonlyMap<string, Tensor>, after: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map([...after].map(([name, tensor]) => {
    const known = before.get(name)
    const isSame = known !== undefined && known.type === tensor.type && known.dims.join() === tensor.dims.join() && sameBytes(rawBytes(known), rawBytes(tensor))
    return [name, isSame ? known : tensor]
  }))
}

const sameBytes = (one: Uint8Array | null, other: Uint8Array | null): boolean => one !== null && other !== null && Buffer.compare(one, other) === 0

/** The optimised model, still in standard ONNX operators. Temporary files go into `workFolder`. Problem MODEL_RUNTIME_REJECTED. */
export async function optimizeBasic(model: Model, where: string, workFolder: string = tmpdir()): Promise<Model> {
  const folder = await mkdtemp(join(workFolder, 'acim-optimize-'))
  try {
    const file = join(folder, 'optimized.onnx')
    const isLarge = needsParts(model)
    const session = await createSession(model, { optimization: 'basic', optimizedModelFile: file, ...(isLarge ? { optimizedWeightsFile: weightsFile } : {}), where })
    await session.release()
    const optimized = readModel(await readFile(file), { where, external: openExternalFiles(folder, where).read })
    const kept = { producer: model.producer, metadata: model.metadata }
    return isLarge ? { ...withGraph(optimized, { initializers: sharedWith(model.graph.initializers, optimized.graph.initializers) }), ...kept } : { ...optimized, ...kept }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
