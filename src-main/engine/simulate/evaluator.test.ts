import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeModel } from '../onnx/codec'
import { importNetwork } from '../onnx/import'
import { LayerBuilder } from '../onnx/layer-builder'
import { classifierIo } from './evaluator'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-evaluator-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('classifierIo', () => {
  it.each(['nothing', 'Softmax', 'Softmax and Flatten'] as const)('knows scores from probabilities behind %s', async (last) => {
    const build = new LayerBuilder('closing', [1, 4, 4], 1)
    let x = build.dense(build.flatten('image'), 16, 3)
    if (last !== 'nothing') x = build.graph.node('Softmax', [x], { axis: 1 })
    if (last === 'Softmax and Flatten') x = build.graph.node('Flatten', [x], { axis: 1 })
    const file = join(folder, `${last}.onnx`)
    await writeFile(file, writeModel(build.finish(x, 3)))
    expect(classifierIo(await importNetwork(file), 10).probabilities).toBe(last !== 'nothing')
  })
})
