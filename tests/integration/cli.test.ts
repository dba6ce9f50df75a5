/**
 * The command line as a person or a script runs it: a child process of build/acim.mjs, judged by its exit code, standard
 * output and standard error. Network and data are made here: a random convolutional network, and images whose class is
 * where they are bright, which it can learn.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeModel } from '../../src-main/engine/onnx/codec'
import type { Graph, Model } from '../../src-main/engine/onnx/graph'
import { LayerBuilder } from '../../src-main/engine/onnx/layer-builder'
import { type Ended, processLimitMs, startAcim } from './acim-process'

const classes = 4
const size = 8
const images = 600

let folder = ''
let model = ''
let data = ''

const start = (args: readonly string[]): ReturnType<typeof startAcim> => startAcim(folder, args)
const acim = (...args: string[]): Promise<Ended> => start(args).ended

/** The problem that a failed command wrote: exactly one line of JSON and nothing else. */
function problemOf({ code, stdout, stderr }: Ended): { code: string; message: string; tip: string; where: string } {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  const problem: unknown = JSON.parse(stderr)
  expect(problem).toEqual({ code: expect.any(String) as string, message: expect.any(String) as string, tip: expect.any(String) as string, where: expect.any(String) as string })
  return problem as { code: string; message: string; tip: string; where: string }
}

/** A document without what depends on the machine's speed. */
const timeless = (text: string): unknown => JSON.parse(text, (key, value: unknown) => (['seconds', 'imagesPerSecond', 'secondsElapsed'].includes(key) ? undefined : value))

function network(): Model {
  const build = new LayerBuilder('quadrants', [1, size, size], 7)
  const x = build.maxPool(build.relu(build.conv('image', 1, 8, 3)), 2)
  return build.finish(build.dense(build.globalAveragePool(build.relu(build.conv(x, 8, 16, 3))), 16, classes), classes)
}

/** One IDX file: magic number, sizes, bytes. */
function idx(dims: readonly number[], bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length)
  header.writeUInt32BE(0x0800 + dims.length)
  dims.forEach((dim, index) => header.writeUInt32BE(dim, 4 + 4 * index))
  return Buffer.concat([header, bytes])
}

async function writeData(target: string): Promise<void> {
  await mkdir(target)
  const pixels = new Uint8Array(images * size * size)
  const labels = new Uint8Array(images)
  for (let i = 0; i < images; i++) {
    const label = i % classes
    labels[i] = label
    for (let p = 0; p < size * size; p++) {
      // A texture per class, and a little deterministic clutter.
      const [row, column] = [Math.floor(p / size), p % size]
      const bright = [row % 2 === 0, column % 2 === 0, (row + column) % 2 === 0, row < size / 2][label] === true
      pixels[i * size * size + p] = (bright ? 170 : 40) + ((i * 31 + p * 17) % 60)
    }
  }
  await writeFile(join(target, 'train-images-idx3-ubyte'), idx([images, size, size], pixels))
  await writeFile(join(target, 'train-labels-idx1-ubyte'), idx([images], labels))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acim-cli-test-'))
  model = join(folder, 'quadrants.onnx')
  data = join(folder, 'images')
  await writeFile(model, writeModel(network()))
  await writeData(data)
  expect((await acim('--version')).code).toBe(0)
}, processLimitMs)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('inspect', () => {
  it('reports the network as JSON and as text', async () => {
    const json = await acim('inspect', model, '--json')
    expect(json.code).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({ analogLayers: 3, parameters: 8 * 9 + 8 + 16 * 72 + 16 + 16 * 4 + 4, output: { classes } })
    const text = await acim('inspect', model)
    expect(text.stdout).toMatch(/Analog layers\s+3/)
  }, processLimitMs)

  it.each<[string, (valid: Buffer) => Uint8Array | null, RegExp]>([
    ['truncated', (valid) => valid.subarray(0, Math.floor(valid.length * 0.6)), /^MODEL_TRUNCATED$/],
    ['text', () => Buffer.from('This is not a model.\n'), /^MODEL_NOT_ONNX$/],
    ['empty', () => Buffer.alloc(0), /^MODEL_NOT_ONNX$/],
    ['random bytes', () => createHash('sha512').update('noise').digest(), /^MODEL_(NOT_ONNX|TRUNCATED|INVALID)$/],
    ['missing', () => null, /^FILE_NOT_FOUND$/],
    [
      'zero dimension',
      () => {
        const made = network()
        const graph: Graph = { ...made.graph, inputs: made.graph.inputs.map((input) => ({ ...input, shape: ['N', 1, 0, size] })) }
        return writeModel({ ...made, graph })
      },
      /^MODEL_INPUT_UNSUPPORTED$/
    ]
  ])('says what is wrong with a file: %s', async (name, make, expected) => {
    const file = join(folder, `${name}.onnx`)
    const bytes = make(await readFile(model))
    if (bytes !== null) await writeFile(file, bytes)
    expect(problemOf(await acim('inspect', file, '--json')).code).toMatch(expected)
  }, processLimitMs)
})

describe('arguments', () => {
  it.each<[string[], string, string]>([
    [['simulat'], 'ARGUMENT_INVALID', 'command line'],
    [['simulate', '--model', 'quadrants.onnx', '--data', 'images', '--sigma', 'much'], 'ARGUMENT_INVALID', '--sigma'],
    [['simulate', '--model', 'none.onnx', '--data', 'images'], 'FILE_NOT_FOUND', 'none.onnx'],
    [['simulate', '--model', 'quadrants.onnx', '--data', 'images', '--hardware', 'hardware.json'], 'HARDWARE_INVALID', 'hardware.adc.outputBits'],
    [['simulate', '--model', 'quadrants.onnx', '--data', 'images', '--images', '601'], 'DATA_TOO_FEW_IMAGES', ''],
    [['simulate', '--model', 'quadrants.onnx', '--data', 'images', '--normalize', '1,2,3/1,1,1'], 'DATA_MISMATCH', 'preprocessing.mean'],
    [['simulate', '--model', 'quadrants.onnx', '--data', 'images', '--out', 'images'], 'PROJECT_EXISTS', ''],
    [['finetune', '--model', 'quadrants.onnx', '--data', 'images', '--export', 'quadrants.onnx'], 'ARGUMENT_INVALID', '--export'],
    [['finetune', '--model', 'quadrants.onnx', '--data', 'images', '--export', 'hardware.json'], 'ARGUMENT_INVALID', '--export'],
    [['report', 'images', '--out', 'x.html'], 'RUN_NOT_FOUND', 'images'],
    [['devices', 'hermess'], 'ARGUMENT_INVALID', 'name'],
    [['describe', '--device', 'hermess'], 'ARGUMENT_INVALID', '--device'],
    [['describe', '--device', 'device.json'], 'DEVICE_INVALID', 'device.json.sigma'],
    [['describe', '--device', 'none.json'], 'FILE_NOT_FOUND', 'none.json'],
    [['describe', '--hardware', 'hardware.json'], 'HARDWARE_INVALID', 'hardware.adc.outputBits'],
    [['describe', '--device', 'sonos', '--sigma', '0.1'], 'ARGUMENT_INVALID', '--sigma'],
    [['describe', '--time', '1 week'], 'ARGUMENT_INVALID', '--time'],
    [['describe', '--device', 'generic', '--time', '0,1d'], 'ARGUMENT_INVALID', '--time'],
    [['describe', '--bit-serial'], 'ARGUMENT_INVALID', '--bit-serial'],
    [['describe', '--model', 'none.onnx'], 'FILE_NOT_FOUND', 'none.onnx'],
    [['simulate', '--model', 'quadrants.onnx', '--data', 'images', '--time', '1d'], 'HARDWARE_INVALID', 'hardware.retention.seconds'],
    [['simulate', '--model', 'quadrants.onnx', '--data', 'images', '--device', 'generic', '--wire-resistance', '0,1'], 'HARDWARE_INVALID', 'hardware.array.rows'],
    [['simulate', '--model', 'quadrants.onnx', '--data', 'images', '--keep-digital', 'nosuch'], 'HARDWARE_INVALID', 'hardware.layers.nosuch'],
    [['finetune', '--model', 'quadrants.onnx', '--data', 'images', '--levels', '16', '--export', 'x.onnx'], 'HARDWARE_INVALID', 'hardware.programming.levels']
  ])('%j', async (args, code, where) => {
    await writeFile(join(folder, 'hardware.json'), '{"adc": {"outputBits": 1}}')
    await writeFile(join(folder, 'device.json'), '{"kind": "hermes", "sigma": 1}')
    const problem = problemOf(await acim(...args))
    expect(problem.code).toBe(code)
    if (where !== '') expect(problem.where).toBe(where)
    expect(await readFile(join(folder, 'hardware.json'), 'utf8')).toBe('{"adc": {"outputBits": 1}}')
  }, processLimitMs)
})

describe('devices and describe', () => {
  it('lists devices, prints one, and takes its document back', async () => {
    const list = JSON.parse((await acim('devices', '--json')).stdout) as { kind: string; citations: unknown[]; presets: { id: string; range: unknown; device: object }[] }[]
    const presets = list.flatMap((kind) => kind.presets)
    expect(presets.map(({ id }) => id)).toEqual(expect.arrayContaining(['weight-referred', 'pcm-array-1m', 'hermes-2', 'reram-wan', 'sonos', 'ctt']))
    expect(list.every(({ citations }) => citations.length > 0)).toBe(true)
    const text = await acim('devices', 'hermes-2')
    expect(text.stdout).toMatch(/^PCM, Hermes core \(14 nm\): Two devices\n/)
    const one = JSON.parse((await acim('devices', 'hermes-2', '--json')).stdout) as { device: object }
    await writeFile(join(folder, 'own.json'), JSON.stringify({ ...one.device, minimumMicrosiemens: 1 }))
    const described = await acim('describe', '--device', 'own.json', '--json')
    expect(JSON.parse(described.stdout)).toMatchObject({ refused: false, device: { kind: 'hermes' }, hardware: { device: { ...one.device, minimumMicrosiemens: 1 } } })
  }, processLimitMs)

  it('describes hardware and what each layer of a network takes', async () => {
    const args = ['describe', '--device', 'hermes-1', '--time', '1d', '--rows', '64', '--columns', '16', '--weight-bits', '8', '--bits-per-cell', '4', '--keep-digital', 'last', '--model', model]
    const json = await acim(...args, '--json')
    expect(json.code, json.stderr).toBe(0)
    const document = JSON.parse(json.stdout) as { activeEffects: { switch: string }[]; network: { layers: { arrays: { arrays: number } | null }[] } }
    expect(document.activeEffects.map((effect) => effect.switch)).toEqual(['weightQuantization', 'programmingError', 'drift', 'readNoise'])
    // 9 × 8 in one tile, 72 × 16 in two of 36 rows; two slices, two cells a value.
    expect(document.network.layers.map(({ arrays }) => arrays?.arrays ?? null)).toEqual([4, 8, null])
    const text = await acim(...args)
    expect(text.stdout).toContain('2 of 3 layers on 12 arrays')
    expect(text.stderr).toBe('')
  }, processLimitMs)

  it('prints what would be refused, with all reasons, and says so by its exit code', async () => {
    const refused = await acim('describe', '--cell', 'offset', '--wire-resistance', '1')
    expect(refused.code).toBe(2)
    expect(refused.stdout).toContain('Refused:\n  hardware.cell.kind: ')
    expect(refused.stdout).toContain('  hardware.wires.rowSegmentOhms: ')
    expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'HARDWARE_INVALID', where: 'hardware.cell.kind' })
  }, processLimitMs)
})

describe('simulate', () => {
  it('runs a device of conductances over time, warns where its model is silent, and stays quiet when told to', async () => {
    const args = ['simulate', '--model', model, '--data', data, '--device', 'reram-wan', '--time', '0,1d,1y', '--rows', '32', '--keep-digital', 'last', '--instances', '2', '--images', '100', '--json']
    const loud = await acim(...args)
    expect(loud.code, loud.stderr).toBe(0)
    expect(loud.stderr).toContain('Warning: hardware.device: At time since programming 1 year: ReRAM, Wan 2022')
    const document = JSON.parse(loud.stdout) as { points: { value: number; sigma: null; top1: { mean: number } }[]; warnings: { severity: string }[]; activeEffects: { switch: string }[] }
    expect(document.points.map(({ value, sigma }) => [value, sigma])).toEqual([[0, null], [86_400, null], [31_536_000, null]])
    expect(document.warnings).toMatchObject([{ severity: 'warning' }])
    expect(document.activeEffects.map((effect) => effect.switch)).toEqual(['programmingError', 'drift'])
    const quiet = await acim(...args, '--quiet')
    expect(quiet.stderr).toBe('')
    expect(timeless(quiet.stdout)).toEqual(timeless(loud.stdout))
  }, processLimitMs)

  it('gives the same document with one and with two workers', async () => {
    const common = ['simulate', '--model', model, '--data', data, '--sigma', '0,0.2', '--adc-bits', '8', '--rows', '32', '--instances', '4', '--images', '200', '--seed', '3', '--json']
    const one = await acim(...common, '--workers', '1')
    const two = await acim(...common, '--workers', '2', '--quiet')
    expect([one.code, two.code]).toEqual([0, 0])
    expect(two.stderr).toBe('')
    expect(timeless(one.stdout)).toEqual(timeless(two.stdout))
    // σ changes the devices alone: one calibration holds at both points.
    const { calibrations } = JSON.parse(one.stdout) as { calibrations: { occasions: { value: number }[]; converters: { kind: string; highest: number; stepsUsed: number }[] }[] }
    expect(calibrations.map(({ occasions }) => occasions.map(({ value }) => value))).toEqual([[0, 0.2]])
    expect(calibrations[0]?.converters.every(({ kind, highest, stepsUsed }) => kind === 'adc' && highest > 0 && stepsUsed > 1 && stepsUsed <= 256)).toBe(true)
    const document = JSON.parse(one.stdout) as { digital: { top1: number }; points: { sigma: number; top1: { mean: number; values: number[] }; seconds: number; imagesPerSecond: number }[] }
    expect(document.points.map((p) => [p.sigma, p.top1.values.length])).toEqual([[0, 4], [0.2, 4]])
    expect(document.points.every((p) => p.seconds > 0 && p.imagesPerSecond > 0)).toBe(true)
    const other = await acim(...common, '--seed', '4')
    expect(timeless(other.stdout)).not.toEqual(timeless(one.stdout))
  }, processLimitMs)

  it('keeps what was done when it is interrupted or killed, and continues', async () => {
    const out = join(folder, 'long')
    const args = ['simulate', '--model', model, '--data', data, '--sigma', '0.1', '--instances', '4000', '--images', '300', '--out', out, '--workers', '1', '--json']
    const trials = join(out, 'runs', '0001-simulate', 'trials.jsonl')
    const lines = async (): Promise<number> => (existsSync(trials) ? (await readFile(trials, 'utf8')).split('\n').length - 1 : 0)
    const untilMore = async (than: number): Promise<void> => {
      const deadline = Date.now() + 60_000
      while ((await lines()) <= than && Date.now() < deadline) await new Promise((done) => setTimeout(done, 50))
      expect(await lines()).toBeGreaterThan(than)
    }
    const killed = start(args)
    await untilMore(3)
    killed.child.kill('SIGKILL')
    await killed.ended
    const afterKill = await lines()

    const interrupted = start(args)
    await untilMore(afterKill)
    interrupted.child.kill('SIGINT')
    const result = await interrupted.ended
    expect(result.code).toBe(130)
    expect(result.stderr).toContain('Continuing 0001-simulate')
    expect(JSON.parse(result.stdout)).toMatchObject({ status: 'cancelled', run: { id: '0001-simulate' } })
    expect(await readdir(join(out, 'runs'))).toEqual(['0001-simulate'])
    expect(JSON.parse(await readFile(join(out, 'runs', '0001-simulate', 'run.json'), 'utf8'))).toMatchObject({ status: 'cancelled', result: null })
  }, processLimitMs)
})

describe('finetune and report', () => {
  it('trains, exports what it reports, and writes a report', async () => {
    const out = join(folder, 'tuned')
    const target = join(folder, 'tuned.onnx')
    const tuned = await acim(
      'finetune', '--model', model, '--data', data, '--normalize', '0.5/0.25', '--sigma', '0.05', '--epochs', '12', '--batch', '20', '--lr', '0.05', '--clip', '1', '--images', '200', '--validation-images', '100',
      '--instances', '3', '--seed', '2', '--export', target, '--out', out, '--json'
    )
    expect(tuned.code, tuned.stderr).toBe(0)
    const document = JSON.parse(tuned.stdout) as Record<'before' | 'after', { digital: { top1: number }; noisy: { top1: { mean: number } } }> & {
      history: unknown[]
      export: { sha256: string; bytes: number }
    }
    const bytes = await readFile(target)
    expect(document.export).toMatchObject({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length })
    expect(document.history.length).toBeGreaterThan(0)
    expect(document.after.noisy.top1.mean).toBeGreaterThan(document.before.noisy.top1.mean)

    // The exported network has the accuracy that was reported, on the same images.
    const check = await acim('simulate', '--model', target, '--data', data, '--normalize', '0.5/0.25', '--sigma', '0', '--images', '200', '--instances', '1', '--json')
    expect(JSON.parse(check.stdout)).toMatchObject({ digital: { top1: document.after.digital.top1 }, points: [{ top1: { mean: document.after.digital.top1, ci95: null } }] })

    const html = join(folder, 'report.html')
    const written = await acim('report', out, '--format', 'html', '--out', html)
    expect(written.code, written.stderr).toBe(0)
    const text = await readFile(html, 'utf8')
    expect(text.includes(document.export.sha256)).toBe(true)
    expect(/<script/i.test(text)).toBe(false)
    expect((await acim('report', join(out, 'runs', '0001-finetune'), '--format', 'md', '--out', join(folder, 'report.md'))).code).toBe(0)
  }, processLimitMs)
})
