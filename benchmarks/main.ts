/**
 * What the README's performance table is made from: plain ONNX Runtime, simulations from weight noise alone to slices, single
 * reads and read noise, and a training step, all on one Wide ResNet, in one run, in one thread.
 * The cases take turns, round after round, so that a machine whose speed drifts treats them alike; medians are printed.
 *
 * Usage: npm run bench [-- --json] [-- --images 512] [-- --rounds 5] [-- --batch 64] [-- --only 'converters,slices']
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as ort from 'onnxruntime-node'
import { median } from 'simple-statistics'
import { hardwareSchema, type HardwareInput } from '../src-shared/hardware'
import { mappedLayers, networkParameters, parameterValues } from '../src-main/engine/analog/compile'
import { trainingProgram } from '../src-main/engine/finetune/training-program'
import { gradient } from '../src-main/engine/finetune/gradient'
import { writeModel } from '../src-main/engine/onnx/codec'
import type { Model } from '../src-main/engine/onnx/graph'
import { importNetwork } from '../src-main/engine/onnx/import'
import { createSession } from '../src-main/engine/onnx/session'
import { fillNormal } from '../src-main/engine/random/streams'
import { Evaluator } from '../src-main/engine/simulate/evaluator'
import { inlinePool } from '../src-main/engine/workers/pool'
import { newSharedFloats, sharedFloats } from '../src-main/engine/workers/shared-memory'
import { newSignal } from '../src-main/engine/workers/signal'
import { simulationCases } from './cases'
import { randomDataset } from './random-dataset'
import { wideResNet } from './wide-resnet'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    images: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    batch: { type: 'string', default: '64' },
    depth: { type: 'string', default: '16' },
    widening: { type: 'string', default: '4' }
  }
})
const images = Number(options.images)
const rounds = Number(options.rounds)
const batch = Math.min(Number(options.batch), images)
const trainingBatch = Math.min(32, images)

const folder = await mkdtemp(join(tmpdir(), 'acim-bench-'))
try {
  const file = join(folder, 'network.onnx')
  await writeFile(file, writeModel(wideResNet(Number(options.depth), Number(options.widening), 10)))
  const network = await importNetwork(file)
  const dataset = randomDataset(images)
  const range = { first: 0, count: images }
  const preprocessing = { divisor: 255, mean: [0.5], std: [0.25] }
  const pool = inlinePool()
  const signal = newSignal()
  const evaluator = new Evaluator({ network, dataset, preprocessing, batch, calibrationRange: range, pool, signal })

  const plainSession = await createSession(new Uint8Array(writeModel(network.model)))
  // Drawn once: the yardstick is ONNX Runtime alone.
  const plainImages = new Float32Array(batch * 3072)
  fillNormal(plainImages, { seed: 2, purpose: 'synthetic' })
  const plain = async (): Promise<void> => {
    for (let done = 0; done < images; done += batch) {
      const size = Math.min(batch, images - done)
      await plainSession.run({ [network.input.name]: new ort.Tensor('float32', plainImages.subarray(0, size * 3072), [size, 3, 32, 32]) })
    }
  }
  const simulation = async (input: HardwareInput): Promise<() => Promise<void>> => {
    const hardware = hardwareSchema.parse(input)
    const prepared = await evaluator.prepare(hardware)
    let chipInstance = 0
    return () => evaluator.trials(prepared, { hardware, range, seed: 1, point: 0, instances: [chipInstance++] }, async () => undefined)
  }

  // Training: the same weights-as-inputs graph forward only, and forward with backward.
  const hardware = hardwareSchema.parse({})
  const { graph, parameters } = await trainingProgram(network, hardware, new Map(), trainingBatch, 'bench')
  const weights = parameterValues(network.model.graph, parameters).map(sharedFloats)
  const gradients = weights.map(({ length }) => newSharedFloats(length))
  const indices = Int32Array.from({ length: trainingBatch }, (_, i) => i)
  const step = (): Promise<unknown> =>
    gradient({ kind: 'gradient', signal, graph, source: { dataset, preprocessing, layout: 'channels-first' }, indices, augmentation: null, weights, nominal: weights, gradients })
  const forwardSession = await createSession(weightsAsInputs(network.model, new Set(parameters.map(({ name }) => name))))
  const feeds: Record<string, ort.Tensor> = {
    [network.input.name]: new ort.Tensor('float32', new Float32Array(trainingBatch * 3072), [trainingBatch, 3, 32, 32])
  }
  for (const slot of graph.slots) feeds[slot.input] = new ort.Tensor('float32', new Float32Array(weights[slot.parameter]!), slot.dims)

  const wanted = options.only === undefined ? null : options.only.split(',')
  const cases: { key: string; name: string; images: number; run: () => Promise<unknown> }[] = [{ key: 'plain', name: 'plain ONNX Runtime', images, run: plain }]
  for (const { key, name, hardware: described } of simulationCases) {
    if (wanted === null || wanted.includes(key)) cases.push({ key, name: `simulation, ${name}`, images, run: await simulation(described) })
  }
  if (wanted === null || wanted.includes('training')) {
    cases.push({ key: 'forward', name: 'forward, weights as inputs', images: trainingBatch, run: () => forwardSession.run(feeds) })
    cases.push({ key: 'training', name: 'forward + backward (one HA-SGD sample)', images: trainingBatch, run: step })
  }
  const seconds = cases.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [index, { run }] of cases.entries()) {
      const started = performance.now()
      await run()
      // The first round warms up.
      if (round >= 0) seconds[index]!.push((performance.now() - started) / 1000)
    }
  }
  const results = cases.map(({ name, images: count }, index) => ({ name, imagesPerSecond: count / median(seconds[index]!), secondsPerImage: median(seconds[index]!) / count }))
  // Ratios are taken round by round: the machine's speed may drift between rounds, less within one.
  const ratio = (index: number, to: number): number =>
    median(seconds[index]!.map((value, round) => (value / cases[index]!.images) / (seconds[to]![round]! / cases[to]!.images)))
  const forwardCase = cases.findIndex(({ key }) => key === 'forward')
  const macs = network.report.macs
  const rows = results.map((result, index) => ({
    ...result,
    ratioToPlain: ratio(index, 0),
    ratioToForward: cases[index]!.key === 'training' ? ratio(index, forwardCase) : null,
    gigaflopsPerSecond: ((cases[index]!.key === 'training' ? 3 : 1) * 2 * macs) / result.secondsPerImage / 1e9
  }))
  const layers = mappedLayers(network)
  const about = {
    network: `WRN-${options.depth}-${options.widening}`, parameters: network.report.parameters, analogParameters: networkParameters(layers).reduce((sum, { length }) => sum + length, 0),
    macs, images, batch, trainingBatch, rounds, threads: 1, processor: cpus()[0]?.model ?? 'unknown', onnxRuntime: ort.env.versions.node ?? ort.env.versions.common, node: process.version
  }
  if (options.json) process.stdout.write(JSON.stringify({ about, rows }, null, 2) + '\n')
  else {
    process.stdout.write(`${about.network}, ${about.parameters} parameters, ${(macs / 1e6).toFixed(0)} M MAC an image, one thread of ${about.processor}, ONNX Runtime ${about.onnxRuntime}\n`)
    process.stdout.write(`medians of ${rounds} rounds, ${images} images in batches of ${batch} (training ${trainingBatch})\n\n`)
    process.stdout.write('| case | images/s | time against plain | GFLOP/s |\n|---|---|---|---|\n')
    for (const row of rows) process.stdout.write(`| ${row.name} | ${row.imagesPerSecond.toFixed(1)} | ${row.ratioToPlain.toFixed(2)} | ${row.gigaflopsPerSecond.toFixed(0)} |\n`)
    const training = rows.at(-1)?.ratioToForward ?? null
    if (training !== null) process.stdout.write(`\nforward + backward takes ${training.toFixed(2)} times the forward pass with weights as inputs.\n`)
  }
  await Promise.all([plainSession.release(), forwardSession.release(), pool.close()])
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** The network with some initialisers turned into inputs, as in training: the runtime cannot pre-pack them. */
function weightsAsInputs(model: Model, names: ReadonlySet<string>): Uint8Array {
  const { graph } = model
  const inputs = [...graph.initializers].flatMap(([name, tensor]) => (names.has(name) ? [{ name, type: tensor.type, shape: tensor.dims }] : []))
  return writeModel({
    ...model,
    graph: { ...graph, inputs: [...graph.inputs, ...inputs], initializers: new Map([...graph.initializers].filter(([name]) => !names.has(name))) }
  })
}
