/**
 * Several networks (networks/): plain ONNX Runtime, simulations and training of each in one thread, and the memory of whole runs beside its prediction. Ratios are
 * of one network in one run, medians over rounds, of the time on the clock or, on a machine with other work, of processor time; a case that fails says why below the table.
 *
 * Usage: npm run bench:networks [-- --images 512] [-- --rounds 3] [-- --batch 0] [-- --training-batch 128] [-- --workers 2] [-- --only 'wrn-16-4,vit-6'] [-- --part times|memory] [-- --processor-time] [-- --json FILE]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as ort from 'onnxruntime-node'
import { toProblem } from '../src-shared/problems'
import { saveDataset } from '../src-main/engine/data/dataset-store'
import { writeModel } from '../src-main/engine/onnx/codec'
import { importNetwork } from '../src-main/engine/onnx/import'
import type { Network } from '../src-main/engine/onnx/network'
import { saveNetwork } from '../src-main/engine/onnx/network-store'
import { automaticBatch } from '../src-main/engine/resources/plan'
import { simulationCases } from './cases'
import { plainCase, simulationCase, trainingCases } from './network-cases'
import { benchmarkNetworks } from './networks'
import { randomDataset } from './random-dataset'
import { finetuneMemory, simulationMemory, type RunMemory } from './run-memory'
import { inTurns, processorClock, wallClock, type TimedCase, type Timings } from './turns'

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '3' },
    batch: { type: 'string', default: '0' },
    'training-batch': { type: 'string', default: '128' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string' },
    part: { type: 'string' },
    'processor-time': { type: 'boolean', default: false },
    json: { type: 'string' }
  }
})
const rounds = Number(options.rounds)
const images = Number(options.images)
const trainingBatch = Number(options['training-batch'])
const clock = options['processor-time'] ? processorClock : wallClock
const wanted = options.only?.split(',')
const hardware = simulationCases.filter(({ key }) => key === 'weight noise' || key === 'converters')
const trainingHardware = hardware[0]!.hardware

interface NetworkFigures {
  name: string
  parameters: number
  macs: number
  plainImagesPerSecond: number | null
  /** Time against plain ONNX Runtime. */
  weightNoise: number | null
  converters: number | null
  forwardImagesPerSecond: number | null
  /** Forward + backward against the forward pass with weights as inputs. */
  gradient: number | null
  /** A step with K = 1 against one without noise. */
  haSgd: number | null
  memory: { weightNoise: RunMemory | null; converters: RunMemory | null; finetune: RunMemory | null }
}

const failures: string[] = []

function noteFailure(what: string, thrown: unknown): void {
  const { code, message } = toProblem(thrown, what)
  failures.push(`${what}: ${message} (${code})`)
}

/** Null, with the reason noted, where `work` fails. */
async function attempt<T>(what: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (thrown) {
    noteFailure(what, thrown)
    return null
  }
}

async function timed(name: string, cases: readonly TimedCase[]): Promise<Timings> {
  const timings = await inTurns(cases, rounds, clock, (key, thrown) => noteFailure(`${name}, ${key}`, thrown))
  for (const { close } of cases) await close?.()
  return timings
}

const perSecond = (seconds: number | null): number | null => (seconds === null ? null : 1 / seconds)

const dataset = randomDataset(Math.max(images, 4 * trainingBatch))
const folder = await mkdtemp(join(tmpdir(), 'acim-bench-networks-'))
const loadBefore = loadavg()[0]!

async function timesOf(name: string, network: Network) {
  const sizes = { images, batch: Number(options.batch) || automaticBatch(network.report.macs), trainingBatch }
  const simulations: TimedCase[] = [await plainCase(network, sizes)]
  for (const { key, hardware: described } of hardware) {
    const made = await attempt(`${name}, ${key}`, () => simulationCase(network, dataset, key, described, sizes))
    if (made !== null) simulations.push(made)
  }
  const simulated = await timed(name, simulations)
  const trained = await timed(name, (await attempt(`${name}, training`, () => trainingCases(network, dataset, trainingHardware, sizes))) ?? [])
  return {
    plainImagesPerSecond: perSecond(simulated.secondsPerImage('plain')),
    weightNoise: simulated.ratio('weight noise', 'plain'),
    converters: simulated.ratio('converters', 'plain'),
    forwardImagesPerSecond: perSecond(trained.secondsPerImage('forward')),
    gradient: trained.ratio('gradient', 'forward'),
    haSgd: trained.ratio('ha-sgd', 'plain-sgd')
  }
}

async function memoryOf(name: string, network: Network, networkFolder: string): Promise<NetworkFigures['memory']> {
  await saveNetwork(networkFolder, network)
  const inputs = { folder, networkFolder, datasetFolder: join(folder, 'dataset'), workers: Number(options.workers) }
  const [noise, converters] = hardware
  return {
    weightNoise: await attempt(`${name}, memory of weight noise`, () => simulationMemory(inputs, noise!.hardware)),
    converters: await attempt(`${name}, memory of converters`, () => simulationMemory(inputs, converters!.hardware)),
    finetune: await attempt(`${name}, memory of fine-tuning`, () => finetuneMemory(inputs, trainingHardware, trainingBatch))
  }
}

async function figuresOf({ key, name, build }: (typeof benchmarkNetworks)[number]): Promise<NetworkFigures> {
  const file = join(folder, `${key}.onnx`)
  await writeFile(file, writeModel(build()))
  const network = await importNetwork(file)
  const times = options.part === 'memory' ? null : await timesOf(name, network)
  const memory = options.part === 'times' ? null : await memoryOf(name, network, join(folder, key))
  return {
    name, parameters: network.report.parameters, macs: network.report.macs,
    ...(times ?? { plainImagesPerSecond: null, weightNoise: null, converters: null, forwardImagesPerSecond: null, gradient: null, haSgd: null }),
    memory: memory ?? { weightNoise: null, converters: null, finetune: null }
  }
}

const numberOr = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '–'
const memoryText = (memory: RunMemory | null): string => (memory === null ? '–' : `${memory.predictedPeakMegabytes.toFixed(0)} / ${memory.measuredPeakMegabytes.toFixed(0)}`)

const columns: [string, (row: NetworkFigures) => string][] = [
  ['Network', ({ name }) => name],
  ['Parameters, M', ({ parameters }) => (parameters / 1e6).toFixed(2)],
  ['M MAC an image', ({ macs }) => (macs / 1e6).toFixed(0)],
  ['Plain, images/s', (row) => numberOr(row.plainImagesPerSecond, 0)],
  ['Weight noise, × plain', (row) => numberOr(row.weightNoise, 2)],
  ['Noise, 8-bit DAC and ADC, 256 rows, × plain', (row) => numberOr(row.converters, 2)],
  ['Forward, weights as inputs, images/s', (row) => numberOr(row.forwardImagesPerSecond, 0)],
  ['Forward + backward, × that', (row) => numberOr(row.gradient, 2)],
  ['HA-SGD step K = 1, × step without noise', (row) => numberOr(row.haSgd, 2)],
  ['Noise, MB predicted / measured', ({ memory }) => memoryText(memory.weightNoise)],
  ['Converters, MB', ({ memory }) => memoryText(memory.converters)],
  ['Fine-tuning, MB', ({ memory }) => memoryText(memory.finetune)]
]

try {
  await saveDataset(join(folder, 'dataset'), dataset)
  const rows: NetworkFigures[] = []
  for (const network of benchmarkNetworks) if (wanted?.includes(network.key) ?? true) rows.push(await figuresOf(network))
  const about = {
    images, batch: Number(options.batch), trainingBatch, rounds, clock: options['processor-time'] ? 'processor' : 'wall', threads: 1, workers: Number(options.workers), processor: cpus()[0]?.model ?? 'unknown', loadAverage: { before: loadBefore, after: loadavg()[0]! },
    onnxRuntime: ort.env.versions.node ?? ort.env.versions.common, node: process.version, date: new Date().toISOString()
  }
  console.log(`One thread of ${about.processor}, ONNX Runtime ${about.onnxRuntime}, Node ${about.node}, ${about.date}; load average ${loadBefore.toFixed(1)} before, ${about.loadAverage.after.toFixed(1)} after.`)
  console.log(`Medians of ${rounds} rounds of ${options['processor-time'] ? 'processor time' : 'time on the clock'}, ${images} images ${about.batch === 0 ? 'in batches that the program chooses' : `in batches of ${about.batch}`}, mini-batches of ${trainingBatch} in training; memory of runs with at most ${about.workers} workers.\n`)
  console.log(`| ${columns.map(([title]) => title).join(' | ')} |\n|${'---|'.repeat(columns.length)}`)
  for (const row of rows) console.log(`| ${columns.map(([, cell]) => cell(row)).join(' | ')} |`)
  if (failures.length > 0) console.log(`\n${failures.map((failure) => `- ${failure}`).join('\n')}`)
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify({ about, rows, failures }, null, 2) + '\n')
} finally {
  await rm(folder, { recursive: true, force: true })
}
