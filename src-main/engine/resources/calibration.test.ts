import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardwareSchema, type HardwareInput } from '@shared/hardware'
import { compileAnalog, needsInputRangesFirst } from '../analog/compile'
import type { Calibration } from '../analog/program'
import { writeModel } from '../onnx/codec'
import { importNetwork } from '../onnx/import'
import { LayerBuilder } from '../onnx/layer-builder'
import type { Network } from '../onnx/network'
import { sampleInput } from '../onnx/sample-input'
import { createSession, runFloat } from '../onnx/session'
import { valuesOf } from '../workers/calibrate'
import { calibratedBytesPerImage } from './calibration'
import { simulationDemand } from './demand'
import { peakBytes } from './plan'

const bytesPerElement = 4
const array = { rows: 16, columns: 8 }
const noise = { device: { kind: 'weight-referred', sigma: 0.1 } } as const
const cells = { device: { kind: 'generic', sigma: 0.02 } } as const
const converters = { array, dac: { inputBits: 8 }, adc: { outputBits: 8 } } as const

let folder = ''
let imported: Network
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acim-calibration-'))
  // Both layers lie on several row tiles.
  const build = new LayerBuilder('two-layers', [3, 8, 8], 1)
  const features = build.flatten(build.maxPool(build.relu(build.conv('image', 3, 12, 3)), 2))
  await writeFile(join(folder, 'network.onnx'), writeModel(build.finish(build.dense(features, 12 * 16, 5), 5)))
  imported = await importNetwork(join(folder, 'network.onnx'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What calibration really gets of one image. */
async function exposedBytes(described: HardwareInput): Promise<number> {
  const hardware = hardwareSchema.parse(described)
  const pointsWith = (known: Calibration) => compileAnalog(imported, hardware, { known, probing: true })
  const first = pointsWith(new Map())
  const inputRanges = new Map(first.points.filter(({ id }) => id.startsWith('dac:')).map(({ id }) => [id, { maximum: 1, signed: false }]))
  const { model, points, input } = needsInputRangesFirst(imported, hardware) ? pointsWith(inputRanges) : first
  const session = await createSession(model, { outputs: valuesOf(points) })
  const values = await runFloat(session, { [input]: sampleInput(imported.input.shape, 0, 1) })
  await session.release()
  return Object.values(values).reduce((sum, { data }) => sum + bytesPerElement * data.length, 0)
}

describe('calibratedBytesPerImage', () => {
  it.each<[string, HardwareInput]>([
    ['both converters on tiles', { ...noise, ...converters }],
    ['input converters alone', { ...noise, array, dac: { inputBits: 8 } }],
    ['output converters alone', { ...noise, array, adc: { outputBits: 8 } }],
    ['slices', { ...cells, ...converters, slices: { weightBits: 8, bitsPerCell: 2 } }],
    ['sides converted apart', { ...cells, ...converters, cell: { digitization: 'separate' } }]
  ])('is what calibration looks at: %s', async (_name, described) => {
    expect(calibratedBytesPerImage(imported, hardwareSchema.parse(described))).toBe(await exposedBytes(described))
  })

  it('is nothing without converters', () => {
    expect(calibratedBytesPerImage(imported, hardwareSchema.parse({ ...noise, array }))).toBe(0)
  })

  it('covers single reads, whose input ranges are looked at before', async () => {
    const described: HardwareInput = { ...cells, ...converters, dac: { inputBits: 8, streaming: 'bit-serial' } }
    const predicted = calibratedBytesPerImage(imported, hardwareSchema.parse(described))
    const found = await exposedBytes(described)
    expect(predicted).toBeGreaterThanOrEqual(found)
    expect(predicted).toBeLessThan(2 * found)
  })
})

describe('simulationDemand', () => {
  const described: HardwareInput = { ...noise, ...converters }
  const demandOf = (hardware: HardwareInput) => simulationDemand(imported, hardwareSchema.parse(hardware), { tasks: 4, batch: 16, datasetBytes: 0, compared: [] })

  it('knows what calibration looks at, in the runtime and in copies', () => {
    const demand = demandOf(described)
    const perImage = calibratedBytesPerImage(imported, hardwareSchema.parse(described))
    expect(peakBytes(demand, 1, 16) - peakBytes(demand, 1, 1)).toBeGreaterThan(2 * 15 * perImage)
  })

  it('calibrates in one worker, however many there are', () => {
    const byWorker = (hardware: HardwareInput): number => demandOf(hardware).betweenBytes!(3, 16) - demandOf(hardware).betweenBytes!(2, 16)
    expect(byWorker(described)).toBe(byWorker(noise))
  })
})
