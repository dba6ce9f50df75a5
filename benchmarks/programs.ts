/**
 * The compiled programs of the benchmark's cases by themselves: what programming one chip takes (once a chip instance; with
 * wire resistance that is the solution of every array), and what the program takes for an image, in processor time, which
 * other work on the machine moves less than the clock on the wall. Cases take turns; ratios are medians over rounds.
 *
 * With --operators, the time of each kind of operator as ONNX Runtime's own profiler sees it: that is wall time, so only a
 * quiet machine gives figures that can be compared.
 *
 * Usage: node build/run-ts.mjs benchmarks/programs.ts [--only 'cells converters,read noise'] [--base 'cells converters']
 *   [--batch 8] [--images 16] [--rounds 5] [--depth 16] [--widening 4] [--operators]
 * With wire resistance (--only 'cells converters,wires') the arrays are solved twice, once nominal for the
 * calibration: minutes on WRN-16-4, so a smaller network (--depth 10 --widening 2) is the quick look.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type * as ort from 'onnxruntime-node'
import { median } from 'simple-statistics'
import { hardwareSchema } from '../src-shared/hardware'
import { writeModel } from '../src-main/engine/onnx/codec'
import { importNetwork } from '../src-main/engine/onnx/import'
import { createSession } from '../src-main/engine/onnx/session'
import type { SerializedModel } from '../src-main/engine/onnx/split-model'
import { Evaluator } from '../src-main/engine/simulate/evaluator'
import { feedsOf } from '../src-main/engine/simulate/classify-images'
import { programmedModel } from '../src-main/engine/workers/chip-bytes'
import { inlinePool } from '../src-main/engine/workers/pool'
import { newSignal } from '../src-main/engine/workers/signal'
import { simulationCases, wireCase } from './cases'
import { randomDataset } from './random-dataset'
import { wideResNet } from './networks/wide-resnet'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'cells converters,read noise' },
    base: { type: 'string', default: 'cells converters' },
    batch: { type: 'string', default: '8' },
    images: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '5' },
    depth: { type: 'string', default: '16' },
    widening: { type: 'string', default: '4' },
    operators: { type: 'boolean', default: false }
  }
})
const batch = Number(options.batch)
const images = Math.ceil(Number(options.images) / batch) * batch
const rounds = Number(options.rounds)
const wanted = options.only.split(',')

interface ProgramCase {
  key: string
  session: ort.InferenceSession
  feeds: Record<string, ort.Tensor>
  programmingSeconds: number
  /** Processor time for an image, by round. */
  milliseconds: number[]
}

interface ProfilerEvent {
  cat: string
  name: string
  dur: number
  args?: { op_name?: string }
}

const folder = await mkdtemp(join(tmpdir(), 'acim-programs-'))
const profileOf = (key: string): string => `${key.replaceAll(' ', '-')}_profile`
try {
  const file = join(folder, 'network.onnx')
  await writeFile(file, writeModel(wideResNet(Number(options.depth), Number(options.widening), 10)))
  const network = await importNetwork(file)
  const range = { first: 0, count: images }
  const pool = inlinePool()
  const preprocessing = { divisor: 255, mean: [0.5], std: [0.25] }
  const evaluator = new Evaluator({ network, dataset: randomDataset(images), preprocessing, batch, calibrationRange: range, pool, signal: newSignal() })
  const indices = Int32Array.from({ length: batch }, (_, i) => i)
  const feedsFor = (noise: Parameters<typeof feedsOf>[3]): Record<string, ort.Tensor> => feedsOf(evaluator.io, evaluator.source(range), indices, noise)
  const open = (key: string, model: Uint8Array | SerializedModel): Promise<ort.InferenceSession> => createSession(model, options.operators ? { profileFilePrefix: join(folder, profileOf(key)) } : {})

  const plain: ProgramCase = { key: 'plain', session: await open('plain', writeModel(network.model)), feeds: feedsFor(null), programmingSeconds: 0, milliseconds: [] }
  const cases = [plain]
  for (const { key, hardware: described } of [...simulationCases, wireCase]) {
    if (!wanted.includes(key)) continue
    const hardware = hardwareSchema.parse(described)
    const { shared, values } = await evaluator.prepare(hardware)
    const started = process.cpuUsage()
    const programmed = programmedModel(shared, values, { hardware, seed: 1, chipInstance: 0 })
    const programmingSeconds = processorMilliseconds(started) / 1000
    const feeds = feedsFor(shared.noise === null ? null : { ...shared.noise, seed: 1, chipInstance: 0 })
    cases.push({ key, session: await open(key, programmed), feeds, programmingSeconds, milliseconds: [] })
  }

  for (let round = -1; round < rounds; round++) {
    for (const { session, feeds, milliseconds } of cases) {
      const started = process.cpuUsage()
      for (let done = 0; done < images; done += batch) await session.run(feeds)
      // The first round warms up.
      if (round >= 0) milliseconds.push(processorMilliseconds(started) / images)
    }
  }

  const base = cases.find(({ key }) => key === options.base)
  const ratio = (one: ProgramCase, to: ProgramCase): string => median(one.milliseconds.map((value, round) => value / to.milliseconds[round]!)).toFixed(2)
  console.log(`WRN-${options.depth}-${options.widening}, ${images} images in batches of ${batch}, medians of ${rounds} rounds, processor time\n`)
  console.log(`| program | programming a chip, s | ms an image | against plain | against ${options.base} |\n|---|---|---|---|---|`)
  for (const one of cases) {
    console.log(`| ${one.key} | ${one.programmingSeconds.toFixed(1)} | ${median(one.milliseconds).toFixed(2)} | ${ratio(one, plain)} | ${base === undefined ? '' : ratio(one, base)} |`)
  }
  for (const { key, session } of cases) {
    if (options.operators) session.endProfiling()
    await session.release()
    if (options.operators) await printOperators(key)
  }
  await pool.close()
} finally {
  await rm(folder, { recursive: true, force: true })
}

function processorMilliseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

async function printOperators(key: string): Promise<void> {
  const file = (await readdir(folder)).find((name) => name.startsWith(profileOf(key)))
  if (file === undefined) throw new Error(`ONNX Runtime wrote no profile of ${key}`)
  const events = JSON.parse(await readFile(join(folder, file), 'utf8')) as ProfilerEvent[]
  const operators = new Map<string, { microseconds: number; nodes: number }>()
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue
    const kind = args?.op_name ?? 'unknown'
    const sum = operators.get(kind) ?? { microseconds: 0, nodes: 0 }
    operators.set(kind, { microseconds: sum.microseconds + dur, nodes: sum.nodes + 1 })
  }
  const runs = ((rounds + 1) * images) / batch
  console.log(`\n| ${key}: operator | nodes | ms an image |\n|---|---|---|`)
  for (const [kind, { microseconds, nodes }] of [...operators].sort(([, a], [, b]) => b.microseconds - a.microseconds)) {
    console.log(`| ${kind} | ${nodes / runs} | ${(microseconds / 1000 / runs / batch).toFixed(2)} |`)
  }
}
