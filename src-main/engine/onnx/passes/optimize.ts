/** ONNX Runtime's own basic optimisation: constants folded, BatchNorm folded into Conv, dead nodes and identities removed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readModel } from '../codec'
import type { Model } from '../graph'
import { createSession } from '../session'

/** The optimised model, still in standard ONNX operators. Temporary files go into `workFolder`. Problem MODEL_RUNTIME_REJECTED. */
export async function optimizeBasic(model: Model, where: string, workFolder: string = tmpdir()): Promise<Model> {
  const folder = await mkdtemp(join(workFolder, 'acim-optimize-'))
  try {
    const file = join(folder, 'optimized.onnx')
    const session = await createSession(model, { optimization: 'basic', optimizedModelFile: file, where })
    await session.release()
    return { ...readModel(await readFile(file), { where }), producer: model.producer, metadata: model.metadata }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
