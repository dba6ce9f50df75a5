/** The networks of other makers that lie beside the checkout, where they do. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { importNetwork } from './import'
import { exportModel } from './network-store'
import { evaluate, importTolerance, relativeDifference } from './verify'

const folder = join(import.meta.dirname, '../../../../shared/models')
interface Expected { file: string; analog: number; parameters: number; classes: number; batch: 'free' | 'freed' | 'fixed' }
const expected: Expected[] = [
  { file: 'mnist-net_256x4.onnx', analog: 5, parameters: 400906, classes: 10, batch: 'freed' },
  { file: 'cifar10-resnet14.onnx', analog: 16, parameters: 174698, classes: 10, batch: 'free' },
  { file: 'cifar_base_kw.onnx', analog: 4, parameters: 105966, classes: 10, batch: 'freed' },
  { file: 'NN_rul_small_window_20.onnx', analog: 6, parameters: 60826, classes: 0, batch: 'free' },
  { file: 'unet_simp_small.onnx', analog: 4, parameters: 149570, classes: 0, batch: 'fixed' }
]

/** Errors only. */
const quiet = { logSeverityLevel: 3 } as const

describe.skipIf(!existsSync(folder))('third-party networks (skipped where ../shared/models is missing)', () => {
  it('are all tested', () => {
    expect(readdirSync(folder).filter((name) => name.endsWith('.onnx')).sort()).toEqual(expected.map(({ file }) => file).sort())
  })
  it.each(expected)('$file: import, export and the file itself give the same outputs in plain ONNX Runtime', async ({ file, analog, parameters, classes, batch }) => {
    const network = await importNetwork(join(folder, file))
    const { report } = network
    expect({ analog: report.analogLayers, parameters: report.parameters, classes: network.output.classes, batch: report.batch }).toEqual({ analog, parameters, classes, batch })
    const plain = await ort.InferenceSession.create(join(folder, file), quiet)
    const exported = await ort.InferenceSession.create(exportModel(network, new Map()), quiet)
    for (let sample = 0; sample < 10; sample++) {
      const run = (session: typeof plain) => evaluate(session, network.input.name, network.output.name, network.input.shape, sample, 1, file)
      expect(relativeDifference(await run(plain), await run(exported))).toBeLessThanOrEqual(importTolerance)
    }
    await plain.release()
    await exported.release()
  })
})
