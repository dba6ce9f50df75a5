/**
 * An engine process for tests: scripted, in this process, without ONNX Runtime. It answers tasks through handlers and
 * keeps to the message protocol: `ready` first, pause and cancel take effect at checkpoints.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatasetSummary } from '@shared/dataset'
import type { FinetuneResult } from '@shared/finetune'
import type { NetworkReport } from '@shared/network'
import { problem, toProblem, type Problem } from '@shared/problems'
import type { SimulationPoint, SimulationResult } from '@shared/simulation'
import type { EngineMessage, EngineRequest, EngineTasks, TaskName, TaskProgress } from '../../engine/tasks'
import type { EngineLink } from '../contract'

/** A task that has been started and that the test decides about. */
export interface StartedTask {
  id: number
  task: TaskName
  params: EngineTasks[TaskName]['params']
  paused: boolean
  cancelled: boolean
  progress(progress: TaskProgress): void
  finish(result: unknown): void
  fail(problem: Problem): void
}

export interface FakeEngine {
  launch: () => EngineLink
  /** Every task that any of the processes was given, in order. */
  started: StartedTask[]
  /** Started tasks of this name. */
  of(task: TaskName): StartedTask[]
  launches: number
  /** Messages received by all processes, by type. */
  received: string[]
  /** The process dies. */
  crash(): void
  killed: number
  /** False: neither cancel nor shutdown is answered, as by an engine stuck in native code. */
  responsive: boolean
  /** Tasks that are answered at once. */
  answers: Partial<{ [N in TaskName]: (params: EngineTasks[N]['params']) => EngineTasks[N]['result'] }>
}

export function createFakeEngine(): FakeEngine {
  let exit: ((code: number | null) => void) | null = null
  const engine: FakeEngine = {
    started: [], launches: 0, received: [], killed: 0, responsive: true, answers: {},
    of: (task) => engine.started.filter((started) => started.task === task),
    crash: () => exit?.(null),
    launch: () => {
      engine.launches++
      let deliver = (_message: EngineMessage): void => undefined
      let alive = true
      const tasks = new Map<number, StartedTask>()
      const emit = (message: EngineMessage): void => {
        setImmediate(() => {
          if (alive) deliver(message)
        })
      }
      const start = (request: Extract<EngineRequest, { type: 'start' }>): void => {
        const { id, task, params } = request
        const started: StartedTask = {
          id, task, params, paused: false, cancelled: false,
          progress: (progress) => emit({ type: 'progress', id, progress }),
          finish: (result) => emit({ type: 'finished', id, result }),
          fail: (cause) => emit({ type: 'failed', id, problem: cause })
        }
        engine.started.push(started)
        tasks.set(id, started)
        const answer = engine.answers[task] as ((params: unknown) => unknown) | undefined
        if (answer === undefined) return
        try {
          started.finish(answer(params))
        } catch (thrown) {
          started.fail(toProblem(thrown, task))
        }
      }
      const receive = (request: EngineRequest): void => {
        engine.received.push(request.type)
        if (request.type === 'start') start(request)
        else if (request.type === 'shutdown') {
          if (engine.responsive) end(0)
        } else {
          const task = tasks.get(request.id)
          if (task === undefined) return
          if (request.type === 'cancel') {
            task.cancelled = true
            if (engine.responsive) task.fail(problem('JOB_CANCELLED', task.task, 'Cancelled.'))
          } else task.paused = request.type === 'pause'
        }
      }
      let listener = (_code: number | null): void => undefined
      const end = (code: number | null): void => {
        if (!alive) return
        alive = false
        setImmediate(() => listener(code))
      }
      exit = end
      emit({ type: 'ready' })
      return {
        send: (message) => {
          if (!alive) throw new Error('The channel is closed.')
          receive(message)
        },
        onMessage: (to) => {
          deliver = to
        },
        onExit: (to) => {
          listener = to
        },
        kill: () => {
          engine.killed++
          end(null)
        }
      }
    }
  }
  return engine
}

export const networkReport = (name = 'net.onnx', sha256 = 'a'.repeat(64), classes = 10): NetworkReport => ({
  name, sha256, bytes: 10, producer: 'test', irVersion: 8, opset: 17, input: { name: 'x', shape: ['N', 1, 28, 28] }, output: { name: 'y', classes },
  batch: 'free', parameters: 7850, analogParameters: 7850, macs: 7840, analogLayers: 1, notes: [],
  nodes: [{
    name: 'fc', opType: 'Gemm', domain: '', placement: 'analog', reason: 'Matrix product.', parameters: 7850, macs: 7840, inputs: ['x'], outputs: ['y'],
    outputShape: ['N', classes], attributes: {}, matrix: { rows: 784, columns: classes, groups: 1, weightShape: [784, classes], hasBias: true, sharesArraysOf: null }
  }]
})

export const datasetSummary = (name = 'digits', sha256 = 'd'.repeat(64), classes = 10): DatasetSummary => ({
  name, format: 'idx', shape: [1, 28, 28], elementType: 'uint8', count: 10_000, classNames: Array.from({ length: classes }, (_, index) => String(index)),
  classCounts: Array.from({ length: classes }, () => 10_000 / classes), sourceSplits: null, channelMean: [0.1], channelStd: [0.3], divisor: 255, sha256, notes: []
})

const statistics = (mean: number) => ({ mean, std: 0, ci95: null, min: mean, max: mean, quantiles: { q05: mean, q25: mean, q50: mean, q75: mean, q95: mean }, values: [mean] })

export const simulationPoint = (top1 = 0.8): SimulationPoint => ({
  value: null, sigma: 0.1, mu: 0, chipInstances: 1, top1: statistics(top1), top5: statistics(1), loss: statistics(0.5), confusion: [[1]], activeEffects: [], seconds: 1, imagesPerSecond: 100
})

const digital = { top1: 0.98, top5: 1, images: 2000, confusion: [[1]], seconds: 1, imagesPerSecond: 2000 }

export const simulationResult = (top1 = 0.8): SimulationResult => ({ digital, points: [simulationPoint(top1)], classNames: ['0'], imageRange: { first: 8000, count: 2000 } })

export const finetuneResult = (): FinetuneResult => ({
  before: { digital, noisy: simulationPoint(0.7) }, after: { digital, noisy: simulationPoint(0.9) }, history: [], bestStep: 1, steps: 2,
  trainRange: { first: 0, count: 7000 }, validationRange: { first: 7000, count: 500 }, testRange: { first: 8000, count: 2000 }, classNames: ['0'],
  learnt: null, export: { file: 'finetuned.onnx', sha256: 'f'.repeat(64), bytes: 3 }
})

/** Imports that write what the real tasks write as far as the services see it. */
export function answerImports(engine: FakeEngine, network = networkReport(), dataset = datasetSummary()): void {
  engine.answers['network.import'] = ({ folder }) => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'network.onnx'), 'network')
    return network
  }
  engine.answers['dataset.import'] = ({ folder }) => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'pixels.bin'), 'pixels')
    return dataset
  }
}
