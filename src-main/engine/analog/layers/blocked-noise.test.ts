/** Read noise leaves ONNX Runtime able to add the pieces of a tile within their convolutions (docs/decisions/0013, 0014). */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { blockedLayout } from '../../onnx/blocked-layout'
import { readModel, writeModel } from '../../onnx/codec'
import { importNetwork } from '../../onnx/import'
import { LayerBuilder } from '../../onnx/layer-builder'
import { createSession } from '../../onnx/session'
import { calibrateOn } from '../../testing/layer-on-chip'
import { compileAnalog } from '../compile'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-blocked-noise-'))))
afterAll(() => rm(folder, { recursive: true }))

const blockSize = await blockedLayout()
const spatial = 6
/** Two tiles in each layer, each of one block of channels and four left over. */
const channels = 2 * ((blockSize ?? 8) + 4)

describe.skipIf(blockSize === null)('read noise behind blocked convolutions', () => {
  it('every piece of a tile is added within a convolution, behind noisy layers too', async () => {
    const build = new LayerBuilder('two-convolutions', [channels, spatial, spatial], 1)
    const hidden = build.relu(build.conv('image', channels, channels, 3, { bias: false }))
    const pooled = build.globalAveragePool(build.conv(hidden, channels, channels, 3, { bias: false }))
    const file = join(folder, 'network.onnx')
    await writeFile(file, writeModel(build.finish(build.dense(pooled, channels, 4), 4)))
    const network = await importNetwork(file)
    const hardware = hardwareSchema.parse({ device: { kind: 'generic', readDeviationFraction: 0.02 }, array: { rows: (channels / 2) * 9 }, dac: { inputBits: 8 }, adc: { outputBits: 8 } })
    const image = { dims: [1, channels, spatial, spatial], data: new Float32Array(channels * spatial * spatial).fill(0.5) }
    const program = compileAnalog(network, hardware, await calibrateOn(network, hardware, image, { blockSize }), { blockSize })

    const optimized = join(folder, 'optimized.onnx')
    await (await createSession(program.model, { optimizedModelFile: optimized })).release()
    const { nodes } = readModel(new Uint8Array(await readFile(optimized))).graph
    // A fourth input is the sum that the convolution adds to.
    const adding = nodes.filter(({ domain, opType, inputs }) => domain === 'com.microsoft.nchwc' && opType === 'Conv' && (inputs[3] ?? '') !== '')
    // Two layers of two tiles, weights and variances.
    expect(adding).toHaveLength(2 * 2 * 2)
  })
})
