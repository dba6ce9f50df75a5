/** A whole attribution: digital accuracy, then every chip instance of every point, and layer outputs where asked; resumable. */
import { join } from 'node:path'
import { attributionTrialSchema, type AttributionConfig, type AttributionResult, type AttributionTrial } from '@shared/attribution'
import type { ImageRange } from '@shared/dataset'
import { fail } from '@shared/problems'
import { checkPreprocessing } from '../data/preprocess'
import { evaluationRange } from '../data/split'
import { analogLayers } from '../onnx/classify'
import { elementCount } from '../onnx/graph'
import type { Network } from '../onnx/network'
import { splitModel, type SerializedModel } from '../onnx/split-model'
import { largestComparison } from '../resources/comparison'
import { openInputs, type Opened } from '../resources/inputs'
import type { RunParams, TaskControl } from '../tasks'
import { forEachInPool, type ComputePool } from '../workers/pool'
import { sharedModel } from '../workers/shared-memory'
import { imagesDone } from '../workers/signal'
import { attributionFindings } from './attribution-findings'
import { planAttribution, type AttributionPlan, type PlannedPoint } from './attribution-plan'
import type { ClassifierIo } from './classify-images'
import { CalibrationFile } from './calibration-file'
import { Evaluator, type PreparedProgram } from './evaluator'
import { calibrationRange } from './run-simulation'
import { TrialLog } from './trial-log'

/** How often progress is looked at inside a trial. */
const progressIntervalMilliseconds = 250
/** Each has a compiled program of its own in memory. */
const mostPointsAtATime = 4
/** A comparison runs two networks. */
const networksCompared = 2

type AttributionParams = RunParams & { config: AttributionConfig }
type Measure = AttributionTrial['measure']

/** What is to be done at one point of one kind. */
interface Work {
  point: PlannedPoint
  measure: Measure
  instances: readonly number[]
  /** Images that one of its trials puts through a network. */
  images: number
}

export async function runAttribution(params: AttributionParams, control: TaskControl, pool: ComputePool, opened?: Opened): Promise<AttributionResult> {
  const { config, runFolder } = params
  const { settings, hardware } = config
  control.report({ fraction: 0, activity: 'Reading the network and the data' })
  const { network, dataset } = opened ?? (await openInputs(params))
  checkPreprocessing(params.preprocessing, dataset.summary.shape[0])
  const range = evaluationRange(dataset.summary, settings.images)
  if (range.count === 0) fail('DATA_TOO_FEW_IMAGES', dataset.summary.name, 'There is no image to simulate with.')
  const compared = comparedRange(range, settings.signalImages)
  const plan = planAttribution(hardware, layerNames(network), settings)
  const log = await TrialLog.openOf(join(runFolder, 'trials.jsonl'), {
    schema: attributionTrialSchema,
    key: ({ measure, point, chipInstance }) => `${measure}:${chipInstance}:${point}`
  })
  const evaluator = new Evaluator({
    network, dataset, preprocessing: params.preprocessing, batch: settings.batch, calibrationRange: calibrationRange(dataset, range), pool, signal: control.signal
  })

  control.report({ fraction: 0, activity: 'Digital accuracy' })
  const digital = await evaluator.digital(range)
  await control.checkpoint()

  const work = plannedWork(plan, range.count, compared?.count ?? 0)
  const findings = () => attributionFindings(plan, log.trials, digital)
  const total = work.reduce((sum, { instances, images }) => sum + instances.length * images, 0)
  const done = (): number => log.trials.reduce((sum, { measure }) => sum + (measure === 'accuracy' ? range.count : networksCompared * (compared?.count ?? 0)), 0)
  const doneBefore = done()
  const imagesBefore = imagesDone(control.signal)
  let activity = ''
  let shown = -1
  // Findings are made anew only when there is a new trial and time to show it.
  const report = (): void => {
    const partial = log.trials.length === shown ? {} : { partial: { kind: 'attribute' as const, findings: findings() } }
    shown = log.trials.length
    control.report({ fraction: Math.min(1, Math.max(done(), doneBefore + imagesDone(control.signal) - imagesBefore) / total), activity, ...partial })
  }
  const ticker = setInterval(report, progressIntervalMilliseconds)
  try {
    const comparison = { pool, network, evaluator, io: comparingIo(network, evaluator.io), digital: sharedModel(splitModel(network.model)), range: compared }
    // Points have few trials each: the next ones begin while the last trial of one is still going on.
    await forEachInPool({ ...pool, size: Math.min(pool.size, mostPointsAtATime) }, plan.points.length, async (index) => {
      const point = plan.points[index]!
      let prepared: PreparedProgram | null = null
      for (const { measure, instances } of work.filter((each) => each.point === point)) {
        const finished = new Set(log.trials.flatMap((trial) => (trial.point === point.key && trial.measure === measure ? [trial.chipInstance] : [])))
        const missing = instances.filter((instance) => !finished.has(instance))
        if (missing.length === 0) continue
        activity = `Point ${index + 1} of ${plan.points.length}`
        report()
        if (prepared === null) {
          prepared = await evaluator.prepare(point.hardware)
          if (point.key === plan.all) await new CalibrationFile(runFolder).keep({ kind: 'all-effects' }, prepared)
        }
        if (measure === 'accuracy') {
          await evaluator.trials(prepared, { hardware: point.hardware, range, seed: settings.seed, point: 0, instances: missing }, ({ chipInstance, top1, top5, loss, seconds }) =>
            log.append({ measure, point: point.key, chipInstance, top1, top5, loss, seconds }))
        } else {
          await compareTrials(comparison, { point, prepared, seed: settings.seed, instances: missing, signal: control.signal }, (trial) => log.append(trial))
        }
        report()
        await control.checkpoint()
      }
    })
  } finally {
    clearInterval(ticker)
  }
  const { all, loss, ...others } = findings()
  if (all === null || loss === null) throw new Error('An attribution ended without its reference')
  return { ...others, digital, all, loss, classNames: dataset.summary.classNames, imageRange: range, signalRange: compared }
}

/** Names of the network's layers that can be analog, in the order of computation. */
export const layerNames = (network: Network): string[] => analogLayers(network).map(({ node }) => node)

/** The first of the evaluated images; null: none are compared. */
const comparedRange = (range: ImageRange, images: number): ImageRange | null => (images === 0 ? null : { first: range.first, count: Math.min(range.count, images) })

/** Everything that an attribution computes. One chip instance is enough where chips do not differ. */
export function plannedWork(plan: AttributionPlan, images: number, comparedImages: number): Work[] {
  return plan.points.flatMap((point): Work[] => {
    const instances = Array.from({ length: point.drawn ? plan.chipInstances : 1 }, (_, i) => i)
    return [
      ...(point.accuracy ? [{ point, measure: 'accuracy' as const, instances, images }] : []),
      ...(point.compare.length > 0 ? [{ point, measure: 'signal' as const, instances, images: networksCompared * comparedImages }] : [])
    ]
  })
}

/** So many images at a time that the outputs of all layers fit. */
function comparingIo(network: Network, io: ClassifierIo): ClassifierIo {
  if (io.batchIsFixed) return io
  const perImage = analogLayers(network).reduce((sum, { output }) => sum + elementCount(network.shapes.shape(output, 1) ?? []), 0)
  return { ...io, batch: Math.max(1, Math.min(io.batch, Math.floor(largestComparison / Math.max(1, perImage)))) }
}

interface Comparison {
  pool: ComputePool
  network: Network
  evaluator: Evaluator
  io: ClassifierIo
  /** The digital network in shared memory. */
  digital: SerializedModel
  range: ImageRange | null
}
interface ComparedPoint {
  point: PlannedPoint
  prepared: PreparedProgram
  seed: number
  instances: readonly number[]
  signal: TaskControl['signal']
}

/** Layer outputs of the given chip instances against the digital network's. */
async function compareTrials(
  { pool, network, evaluator, io, digital, range }: Comparison,
  { point, prepared, seed, instances, signal }: ComparedPoint,
  onTrial: (trial: AttributionTrial) => Promise<void>
): Promise<void> {
  if (range === null) return
  const layers = analogLayers(network).flatMap(({ node, output }) => (point.compare.includes(node) ? [{ layer: node, value: output }] : []))
  const source = evaluator.source(range)
  await forEachInPool(pool, instances.length, async (index) => {
    const chipInstance = instances[index]!
    const outcome = await pool.run({
      kind: 'compare-layers', program: prepared.shared, values: prepared.values, chip: { hardware: point.hardware, seed, chipInstance }, io, source, signal, digital, layers
    })
    await onTrial({ measure: 'signal', point: point.key, chipInstance, layers: outcome.layers, seconds: outcome.seconds })
  })
}
