/**
 * One network on many kinds of hardware: plain ONNX Runtime, simulations from weight noise alone to slices, single
 * reads and read noise, and training, all on one Wide ResNet, in one run, in one thread. Medians are printed.
 *
 * Usage: npm run bench [-- --json] [-- --images 512] [-- --rounds 5] [-- --batch 64] [-- --training-batch 128] [-- --only 'converters,slices']
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as ort from 'onnxruntime-node'
import { mappedLayers, networkParameters } from '../src-main/engine/analog/compile'
import { writeModel } from '../src-main/engine/onnx/codec'
import { importNetwork } from '../src-main/engine/onnx/import'
import { simulationCases } from './cases'
import { plainCase, simulationCase, trainingCases } from './network-cases'
import { wideResNet } from './networks/wide-resnet'
import { randomDataset } from './random-dataset'
import { inTurns, type TimedCase, type Timings } from './turns'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    images: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    batch: { type: 'string', default: '64' },
    'training-batch': { type: 'string', default: '128' },
    depth: { type: 'string', default: '16' },
    widening: { type: 'string', default: '4' }
  }
})
const images = Number(options.images)
const rounds = Number(options.rounds)
const batch = Math.min(Number(options.batch), images)
const trainingBatch = Number(options['training-batch'])
const wanted = options.only?.split(',') ?? null

const trainingNames = {
  forward: 'forward, weights as inputs',
  gradient: 'forward + backward',
  'ha-sgd': 'HA-SGD step, K = 1',
  'plain-sgd': 'the same step without noise'
} as const

interface Row {
  name: string
  imagesPerSecond: number
  ratioToPlain: number
  gigaflopsPerSecond: number
}

const folder = await mkdtemp(join(tmpdir(), 'acim-bench-'))
try {
  const file = join(folder, 'network.onnx')
  await writeFile(file, writeModel(wideResNet(Number(options.depth), Number(options.widening), 10)))
  const network = await importNetwork(file)
  const { macs, parameters } = network.report
  const sizes = { images, batch, trainingBatch }
  const dataset = randomDataset(Math.max(images, trainingBatch))
  const plain = await plainCase(network, sizes)

  const named = [{ key: 'plain', name: 'plain ONNX Runtime' }]
  const simulations: TimedCase[] = [plain]
  for (const { key, name, hardware } of simulationCases) {
    if (wanted !== null && !wanted.includes(key)) continue
    simulations.push(await simulationCase(network, dataset, key, hardware, sizes))
    named.push({ key, name: `simulation, ${name}` })
  }
  const simulated = await inTurns(simulations, rounds)
  const training = wanted === null || wanted.includes('training') ? await trainingCases(network, dataset, {}, sizes) : []
  const trained = await inTurns([plain, ...training], rounds)

  const row = (timings: Timings, key: string, name: string, passes = 1): Row => {
    const seconds = timings.secondsPerImage(key) ?? NaN
    return { name, imagesPerSecond: 1 / seconds, ratioToPlain: timings.ratio(key, 'plain') ?? NaN, gigaflopsPerSecond: (passes * 2 * macs) / seconds / 1e9 }
  }
  const rows = [
    ...named.map(({ key, name }) => row(simulated, key, name)),
    ...training.map(({ key }) => row(trained, key, trainingNames[key as keyof typeof trainingNames], key === 'forward' ? 1 : 3))
  ]
  const gradientToForward = trained.ratio('gradient', 'forward')
  const noisyToPlainStep = trained.ratio('ha-sgd', 'plain-sgd')
  const about = {
    network: `WRN-${options.depth}-${options.widening}`, parameters, analogParameters: networkParameters(mappedLayers(network)).reduce((sum, { length }) => sum + length, 0),
    macs, images, batch, trainingBatch, rounds, threads: 1, processor: cpus()[0]?.model ?? 'unknown', onnxRuntime: ort.env.versions.node ?? ort.env.versions.common, node: process.version
  }
  if (options.json) process.stdout.write(JSON.stringify({ about, rows, gradientToForward, noisyToPlainStep }, null, 2) + '\n')
  else {
    console.log(`${about.network}, ${parameters} parameters, ${(macs / 1e6).toFixed(0)} M MAC an image, one thread of ${about.processor}, ONNX Runtime ${about.onnxRuntime}`)
    console.log(`medians of ${rounds} rounds, ${images} images in batches of ${batch}, mini-batches of ${trainingBatch} in training\n`)
    console.log('| case | images/s | time against plain | GFLOP/s |\n|---|---|---|---|')
    for (const { name, imagesPerSecond, ratioToPlain, gigaflopsPerSecond } of rows) console.log(`| ${name} | ${imagesPerSecond.toFixed(1)} | ${ratioToPlain.toFixed(2)} | ${gigaflopsPerSecond.toFixed(0)} |`)
    if (gradientToForward !== null && noisyToPlainStep !== null) {
      console.log(`\nForward + backward takes ${gradientToForward.toFixed(2)} times the forward pass with weights as inputs; an HA-SGD step with K = 1 takes ${noisyToPlainStep.toFixed(2)} times one without noise.`)
    }
  }
  for (const { close } of [...simulations, ...training]) await close?.()
} finally {
  await rm(folder, { recursive: true, force: true })
}
