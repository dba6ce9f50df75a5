/**
 * Trains the bundled sample network from random weights with the program's own trainer, for digital accuracy only
 * (no device noise).
 */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accuracyOf, finetuneConfigSchema } from '../../src-shared/finetune'
import { saveDataset } from '../../src-main/engine/data/dataset-store'
import { readDataset } from '../../src-main/engine/data/read-dataset'
import { runFinetune } from '../../src-main/engine/finetune/run-finetune'
import { writeModel } from '../../src-main/engine/onnx/codec'
import type { Model } from '../../src-main/engine/onnx/graph'
import { importNetwork } from '../../src-main/engine/onnx/import'
import { LayerBuilder } from '../../src-main/engine/onnx/layer-builder'
import { saveNetwork } from '../../src-main/engine/onnx/network-store'
import { inlinePool } from '../../src-main/engine/workers/pool'
import { newSignal } from '../../src-main/engine/workers/signal'

/** Three convolution stages and a dense layer: small enough to read, deep enough to fail on noisy hardware. */
function glyphNetwork(): Model {
  const build = new LayerBuilder('glyphs', [1, 24, 24], 1)
  let x = build.relu(build.conv('image', 1, 16, 3))
  x = build.maxPool(build.relu(build.conv(x, 16, 16, 3)), 2)
  x = build.relu(build.conv(x, 16, 32, 3))
  x = build.maxPool(build.relu(build.conv(x, 32, 32, 3)), 2)
  x = build.relu(build.conv(x, 32, 64, 3))
  return build.finish(build.dense(build.globalAveragePool(x), 64, 10), 10)
}

/** Trains on the data in `data` and writes the network to `file`; returns its digital accuracy on the test images, 0 … 1. */
export async function trainNetwork(data: string, file: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'acim-sample-'))
  try {
    const initial = join(folder, 'initial.onnx')
    await writeFile(initial, writeModel(glyphNetwork()))
    await saveNetwork(join(folder, 'network'), await importNetwork(initial))
    await saveDataset(join(folder, 'dataset'), await readDataset(data))
    const config = finetuneConfigSchema.parse({
      hardware: { name: 'Ideal', device: { kind: 'weight-referred', sigma: 0 } },
      settings: {
        epochs: 30, batch: 50, learningRate: 0.05, gradientNormClip: 2, augmentation: { cropPadding: 2 },
        validationChipInstances: 1, testChipInstances: 1, testImages: 1000
      }
    })
    const pool = inlinePool()
    const result = await runFinetune(
      {
        config, workers: 1, runFolder: folder, networkFolder: join(folder, 'network'), datasetFolder: join(folder, 'dataset'),
        preprocessing: { divisor: 255, mean: [0.5], std: [0.5] }
      },
      {
        signal: newSignal(),
        report: ({ activity, fraction }) => process.stderr.write(`\r${activity} ${(100 * fraction).toFixed(0)} %   `),
        checkpoint: async () => undefined
      },
      pool
    )
    await pool.close()
    await copyFile(join(folder, result.export.file), file)
    return accuracyOf(result).after.digital.top1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
