/**
 * A whole fine-tuning: accuracy (or fidelity) before, Hessian-Aware SGD with validation under noise, best checkpoint, export,
 * the same after. Killed at any moment it goes on from its checkpoint to the same final weights.
 */
import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageRange } from '@shared/dataset'
import type { Evaluation, FidelityEvaluation, FinetuneConfig, FinetuneResult, FinetuneSettings, Validation } from '@shared/finetune'
import { fail } from '@shared/problems'
import type { Provider } from '@shared/providers'
import type { Loss } from '../autodiff/loss'
import { mappedLayers, networkParameters, storedInAnalog } from '../analog/compile'
import type { LearntRange } from '../analog/program'
import type { StoredParameter } from '../analog/scales'
import type { Dataset } from '../data/dataset'
import { checkPreprocessing, inputLayout } from '../data/preprocess'
import { resolveSplits } from '../data/split'
import { analogLayers } from '../onnx/classify'
import type { Network } from '../onnx/network'
import { exportModel } from '../onnx/network-store'
import { splitModel, type SerializedModel } from '../onnx/split-model'
import { permutation } from '../random/streams'
import { CalibrationFile } from '../simulate/calibration-file'
import { Evaluator, withValues } from '../simulate/evaluator'
import { openInputs, type Opened } from '../resources/inputs'
import type { RunParams, TaskControl } from '../tasks'
import type { ComputePool } from '../workers/pool'
import { isCancelled, isPaused } from '../workers/signal'
import { readCheckpoint, trainedArrays, writeCheckpoint, type Checkpoint } from './checkpoint'
import { HessianAwareSgd, isAntithetic, samplesOf } from './hessian-aware-sgd'
import { checkLearntRanges, hardwareWithRanges, learntResults } from './learnt-ranges'
import { MetricsLog } from './metrics-log'
import { partsOf } from './mini-batch'
import { rampAt, stepSize } from './schedule'
import { accuracySuccess, fidelitySuccess, isBetter, type Candidate, type Success } from './success'
import { drawnHardware, trainingHardware } from './training-hardware'
import { explainUntrainable } from './trainability'
import { initialValues, trainingProgram, type TrainingProgram, type TrainingProgramOptions } from './training-program'

/** A checkpoint is written at the end of each epoch, and after this time within one. */
const checkpointIntervalMilliseconds = 10_000
/** Lines of metrics.jsonl per epoch besides the one at its end. */
const linesPerEpoch = 10

type FinetuneParams = RunParams & { config: FinetuneConfig }

export async function runFinetune(params: FinetuneParams, control: TaskControl, pool: ComputePool, opened?: Opened): Promise<FinetuneResult> {
  const { settings } = params.config
  control.report({ fraction: 0, activity: 'Reading the network and the data' })
  const { network, dataset } = opened ?? (await openInputs(params))
  checkPreprocessing(params.preprocessing, dataset.summary.shape[0])
  checkTrainable(network, settings)
  checkNoise(params.config)
  checkLearntRanges(params.config, network)
  const ranges = trainingRanges(dataset, settings)
  const anyOutput = network.output.classes === 0
  const evaluator = new Evaluator({
    anyOutput, network, dataset, preprocessing: params.preprocessing, batch: evaluationBatch, calibrationRange: ranges.train, pool, signal: control.signal
  })
  const run = { params, control, pool, network, dataset, ranges, evaluator }
  return anyOutput ? await finetuneFor(fidelitySuccess(evaluator, params.config), run) : await finetuneFor(accuracySuccess(evaluator, params.config), run)
}

/** The fine-tuning itself; `success` says what is measured. */
async function finetuneFor<E extends Evaluation | FidelityEvaluation>(success: Success<E>, run: Omit<TrainingContext, 'success'>) {
  const { params, control, network, dataset, ranges, evaluator } = run
  const { hardware } = params.config
  const calibrations = new CalibrationFile(params.runFolder)
  const evaluate = (when: 'before' | 'after', candidate: Candidate): Promise<E> => success.evaluate(candidate, ranges.test, (prepared) => calibrations.keep({ kind: when }, prepared))

  control.report({ fraction: 0, activity: 'Before' })
  const before = await evaluate('before', { network, file: () => splitModel(network.model), hardware })
  await control.checkpoint()
  const trained = await train({ ...run, success })

  control.report({ fraction: 0.99, activity: 'After' })
  const exported = exportModel(network, new Map(trained.parameters.map(({ name }, p) => [name, trained.bestWeights[p]!])))
  const file = 'finetuned.onnx'
  await writeFile(join(params.runFolder, `${file}.part`), exported)
  await rename(join(params.runFolder, `${file}.part`), join(params.runFolder, file))
  // The digital figure is that of the exported bytes themselves.
  const tuned = withValues(network, trained.bestWeights)
  const learnt = await hardwareWithRanges(hardware, trained.learntRanges, trained.bestSteps, tuned, evaluator)
  const written = new Uint8Array(await readFile(join(params.runFolder, file)))
  const after = await evaluate('after', { network: tuned, file: () => inOnePiece(written), hardware: learnt })
  return {
    before,
    after,
    history: trained.history,
    bestStep: trained.bestStep,
    steps: trained.steps,
    trainRange: ranges.train,
    validationRange: ranges.validation,
    testRange: ranges.test,
    classNames: network.output.classes === 0 ? [] : dataset.summary.classNames,
    learnt: trained.learntRanges.length === 0 ? null : { ranges: learntResults(trained.learntRanges, trained.bestSteps), hardware: learnt },
    export: { file, sha256: createHash('sha256').update(exported).digest('hex'), bytes: exported.length }
  }
}

/** Automatic, as in a simulation. */
const evaluationBatch = 0

export interface Ranges {
  train: ImageRange
  validation: ImageRange
  test: ImageRange
}

export function trainingRanges(dataset: Dataset, settings: FinetuneSettings): Ranges {
  const ranges = resolveSplits(dataset.summary, {
    count: settings.testImages, first: null, trainImages: settings.trainImages, validationImages: settings.validationImages
  })
  const { batch, accumulation } = settings
  if (ranges.train.count < imagesPerStep(settings)) {
    const needed = accumulation === 1 ? `one batch of ${batch}` : `one step of ${accumulation} batches of ${batch}`
    fail('DATA_TOO_FEW_IMAGES', 'settings.batch', `There are ${ranges.train.count} training images, fewer than ${needed}.`, 'Lower the batch size, or train on more images.')
  }
  return ranges
}

/** `Epoch 3 of 10` in the third; with a part of an epoch, how many are done: `Epoch 2.0 of 2.1`. */
export function epochActivity(epochsDone: number, epochs: number): string {
  if (Number.isInteger(epochs)) return `Epoch ${Math.min(epochs, Math.floor(epochsDone) + 1)} of ${epochs}`
  return `Epoch ${Math.min(epochs, epochsDone).toFixed(1)} of ${Number(epochs.toFixed(1)) === 0 ? epochs : epochs.toFixed(1)}`
}

const imagesPerStep = ({ batch, accumulation }: FinetuneSettings): number => batch * accumulation

/** Steps of one epoch (a last, incomplete batch is left out) and of the whole training. */
export function trainingLength(settings: FinetuneSettings, trainImages: number): { stepsPerEpoch: number; steps: number } {
  const stepsPerEpoch = Math.floor(trainImages / imagesPerStep(settings))
  return { stepsPerEpoch, steps: Math.max(1, Math.round(settings.epochs * stepsPerEpoch)) }
}

interface TrainingContext {
  params: FinetuneParams
  control: TaskControl
  pool: ComputePool
  network: Network
  dataset: Dataset
  ranges: Ranges
  evaluator: Evaluator
  success: Success
}

interface Trained {
  parameters: readonly StoredParameter[]
  bestWeights: Float32Array[]
  learntRanges: readonly LearntRange[]
  /** Of the learnt ranges, at the checkpoint that is kept. */
  bestSteps: Float32Array[]
  bestStep: number
  steps: number
  history: FinetuneResult['history']
}

async function train(context: TrainingContext): Promise<Trained> {
  const { params, control, pool, network, dataset, ranges, evaluator } = context
  const { config, runFolder } = params
  const { settings, hardware } = config
  const { stepsPerEpoch, steps } = trainingLength(settings, ranges.train.count)
  const layout = inputLayout(dataset.summary.shape, network.input.shape)
  const parts = partsOf(settings.batch, network)
  const inTraining = trainingHardware(drawnHardware(hardware, settings.method))
  const program = await trainingProgram(network, inTraining, await evaluator.calibrate(inTraining), settings.batch / parts, runFolder, programOptions(settings, network, pool.provider)).catch((thrown: unknown) => explainUntrainable(thrown, network))
  const { parameters, ranges: learntRanges } = program
  const analog = new Set(storedInAnalog(parameters, program.layerNames, hardware))

  const file = join(runFolder, 'checkpoint.bin')
  const state = (await readCheckpoint(file, trainedArrays(program))) ?? freshState(network, program)
  const { head, weights, velocities, bestWeights } = state
  const log = await MetricsLog.open(join(runFolder, 'metrics.jsonl'), head.metricLines)
  const trainer = new HessianAwareSgd(
    {
      config, parameters, ranges: learntRanges, layerNames: program.layerNames, pool, graph: program.graph, parts, signal: control.signal,
      stored: parameters.flatMap((parameter, p) => (analog.has(parameter) ? [p] : [])),
      source: { dataset, preprocessing: params.preprocessing, layout }
    },
    weights,
    velocities
  )

  let resumedAt = performance.now()
  const save = async (): Promise<void> => {
    head.secondsElapsed += (performance.now() - resumedAt) / 1000
    resumedAt = performance.now()
    head.metricLines = log.lines.length
    await writeCheckpoint(file, state)
  }
  const report = (): void =>
    control.report({
      fraction: 0.99 * (head.step / steps),
      activity: epochActivity(head.step / stepsPerEpoch, settings.epochs),
      partial: { kind: 'finetune', history: log.lines }
    })

  report()
  const lineEvery = Math.max(1, Math.floor(stepsPerEpoch / linesPerEpoch))
  let savedAt = performance.now()
  while (head.step < steps && !endsEarly(state, settings, stepsPerEpoch)) {
    const epoch = Math.floor(head.step / stepsPerEpoch)
    const order = permutation(ranges.train.count, { seed: settings.seed, purpose: 'shuffle', at: [epoch] })
    for (let position = head.step % stepsPerEpoch; position < stepsPerEpoch && head.step < steps; position++) {
      const indices = Int32Array.from(order.subarray(position * imagesPerStep(settings), (position + 1) * imagesPerStep(settings)), (i) => ranges.train.first + i)
      const learningRate = stepSize(settings, head.step, steps, stepsPerEpoch)
      const noise = rampAt(settings.noise.rampEpochs, head.step, stepsPerEpoch)
      const outcome = await trainer.step(head.step, indices, { learningRate, noise }).catch(async (thrown: unknown) => {
        // Cancelled within a step, the state is that before it.
        if (isCancelled(control.signal)) await save()
        throw thrown
      })
      head.step++
      head.lossSum += outcome.loss
      head.normSum += outcome.gradientNorm
      head.stepsSinceLine++
      const epochEnds = head.step % stepsPerEpoch === 0 || head.step === steps
      if (epochEnds || head.step % lineEvery === 0) {
        await log.append({
          step: head.step,
          epoch: head.step / stepsPerEpoch,
          loss: head.lossSum / head.stepsSinceLine,
          gradientNorm: head.normSum / head.stepsSinceLine,
          learningRate,
          validation: epochEnds ? await validate(context, state, learntRanges) : null,
          secondsElapsed: head.secondsElapsed + (performance.now() - resumedAt) / 1000
        })
        head.lossSum = head.normSum = head.stepsSinceLine = 0
        report()
      }
      const stopping = isPaused(control.signal) || isCancelled(control.signal)
      if (epochEnds || stopping || performance.now() - savedAt > checkpointIntervalMilliseconds) {
        await save()
        savedAt = performance.now()
      }
      await control.checkpoint()
      // A pause is no training time.
      if (stopping) resumedAt = performance.now()
    }
  }
  const bestSteps = bestWeights.slice(parameters.length)
  return { parameters, bestWeights, learntRanges, bestSteps, bestStep: head.best?.step ?? head.step, steps: head.step, history: log.lines }
}

/** What training minimises. A network without classes learns the output of the digital network as it is: the labels mean nothing to it. */
export function lossOf({ distillation }: FinetuneSettings, { output }: Network): Loss {
  if (output.classes === 0) return { kind: 'relative-square-error' }
  return distillation.weight === 0 ? { kind: 'cross-entropy' } : { kind: 'distillation', ...distillation }
}

/** What of the settings the training graph is made for. */
export const programOptions = (settings: FinetuneSettings, network: Network, provider: Provider): TrainingProgramOptions =>
  ({ loss: lossOf(settings, network), frozenLayers: settings.frozenLayers, learntRanges: settings.learntRanges, provider })

/** The validation was not bettered for as many epochs as patience lasts. Asked between epochs only. */
const endsEarly = ({ head }: Checkpoint, { patienceEpochs }: FinetuneSettings, stepsPerEpoch: number): boolean =>
  patienceEpochs > 0 && head.best !== null && head.step - head.best.step >= patienceEpochs * stepsPerEpoch

/** How good the current weights are on the validation images; keeps them when they are the best under noise so far. */
async function validate({ ranges, network, success, evaluator, params }: TrainingContext, state: Checkpoint, learntRanges: readonly LearntRange[]): Promise<Validation> {
  const current = withValues(network, state.weights)
  const hardware = await hardwareWithRanges(params.config.hardware, learntRanges, state.weights.slice(state.weights.length - learntRanges.length), current, evaluator)
  const found = await success.validate({ network: current, file: () => inOnePiece(exportModel(network, namedValues(network, state.weights))), hardware }, ranges.validation)
  const best = isBetter(found, state.head.best)
  if (best) {
    state.head.best = { step: state.head.step, ...('noisyTop1' in found ? { noisyTop1: found.noisyTop1, noisyLoss: found.noisyLoss } : { noisyError: found.noisyError }) }
    state.bestWeights.forEach((array, p) => array.set(state.weights[p]!))
  }
  return { ...found, best }
}

const inOnePiece = (bytes: Uint8Array): SerializedModel => ({ bytes, parts: [] })

const namedValues = (network: Network, values: readonly Float32Array[]): Map<string, Float32Array> =>
  new Map(networkParameters(mappedLayers(network)).map(({ name }, p) => [name, values[p]!]))

function freshState(network: Network, program: TrainingProgram): Checkpoint {
  const initial = initialValues(network, program)
  return {
    head: {
      step: 0, best: null, metricLines: 0, lossSum: 0, normSum: 0, stepsSinceLine: 0, secondsElapsed: 0,
      parameters: trainedArrays(program)
    },
    weights: initial.map((values) => new Float32Array(values)),
    velocities: initial.map(({ length }) => new Float32Array(length)),
    bestWeights: initial.map((values) => new Float32Array(values))
  }
}

/** Problem FINETUNE_INVALID for what cannot be trained, before anything is computed. */
export function checkTrainable(network: Network, settings: FinetuneSettings): void {
  if (network.batch !== 'free') {
    fail('FINETUNE_INVALID', network.report.name, `The network runs with exactly ${network.batch} image${network.batch === 1 ? '' : 's'} at a time, so it cannot be trained in batches.`, 'Export the network with a dynamic batch dimension.')
  }
  if (isAntithetic(settings) && samplesOf(settings) % 2 === 1) {
    fail('FINETUNE_INVALID', 'settings.samples', `Antithetic pairs need an even number of noise samples, not ${samplesOf(settings)}.`)
  }
  const names = new Set(analogLayers(network).map(({ node }) => node))
  for (const [field, named] of [['frozenLayers', settings.frozenLayers], ['learningRateFactors', Object.keys(settings.learningRateFactors)]] as const) {
    const name = named.find((candidate) => !names.has(candidate))
    if (name !== undefined) fail('FINETUNE_INVALID', `settings.${field}`, `“${name}” is no analog layer of this network.`, 'Use the names of the layer table on the Model screen.')
  }
  if ([...names].every((name) => settings.frozenLayers.includes(name))) fail('FINETUNE_INVALID', 'settings.frozenLayers', 'All analog layers are frozen, so that there is nothing to train.', 'Leave at least one of them free.')
}

/** Problem FINETUNE_INVALID where the settings ask of the hardware what it does not have. */
export function checkNoise({ settings, hardware }: FinetuneConfig): void {
  for (const field of ['sigma', 'mu'] as const) {
    if (settings.noise[field] !== null && hardware.device.kind !== 'weight-referred') {
      fail('FINETUNE_INVALID', `settings.noise.${field}`, `Only the weight-referred device has ${field === 'sigma' ? 'an uncertainty σ' : 'an offset μ'}; the device is ${hardware.device.kind}.`, 'Leave the range out, or choose the weight-referred device.')
    }
  }
}
