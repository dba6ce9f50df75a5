/** Time and memory of a fine-tuning before it starts, from one gradient and one validation batch. */
import { idealHardware } from '@shared/hardware'
import type { Estimate } from '@shared/job'
import { inputLayout } from '../data/preprocess'
import { planFinetune } from '../resources/plan-run'
import { planInWords } from '../simulate/estimate'
import { Evaluator } from '../simulate/evaluator'
import type { EngineTasks, TaskControl } from '../tasks'
import type { ComputePool } from '../workers/pool'
import { newSharedFloats, sharedFloats } from '../workers/shared-memory'
import { samplesOf } from './hessian-aware-sgd'
import { checkLearntRanges } from './learnt-ranges'
import { partsOf } from './mini-batch'
import { checkNoise, checkTrainable, programOptions, trainingLength, trainingRanges } from './run-finetune'
import { drawnHardware, trainingHardware } from './training-hardware'
import { explainUntrainable } from './trainability'
import { initialValues, trainingProgram } from './training-program'

export async function estimateFinetune(
  params: EngineTasks['estimate.finetune']['params'],
  control: TaskControl,
  pool: ComputePool
): Promise<Estimate> {
  const { plan, opened: { network, dataset }, config } = await planFinetune(params)
  const { settings, hardware } = config
  checkTrainable(network, settings)
  checkNoise(params.config)
  checkLearntRanges(params.config, network)
  const ranges = trainingRanges(dataset, settings)
  const anyOutput = network.output.classes === 0
  const evaluator = new Evaluator({
    anyOutput, network, dataset, preprocessing: params.preprocessing, batch: 0, calibrationRange: ranges.train, pool, signal: control.signal
  })
  const parts = partsOf(settings.batch, network)
  const size = settings.batch / parts
  const inTraining = trainingHardware(drawnHardware(hardware, settings.method))
  const program = await trainingProgram(network, inTraining, await evaluator.calibrate(inTraining), size, 'estimate', programOptions(settings, network, pool.provider)).catch((thrown: unknown) => explainUntrainable(thrown, network))
  const { graph } = program
  const weights = initialValues(network, program).map(sharedFloats)
  const gradients = weights.map(({ length }) => newSharedFloats(length))
  const layout = inputLayout(dataset.summary.shape, network.input.shape)
  const gradientOnce = () =>
    pool.run({
      kind: 'gradient', graph, weights, nominal: weights, gradients, augmentation: null,
      source: { dataset, preprocessing: params.preprocessing, layout },
      signal: control.signal,
      indices: Int32Array.from({ length: size }, (_, i) => ranges.train.first + i)
    })
  await gradientOnce()
  const started = performance.now()
  await gradientOnce()
  const gradientSeconds = (performance.now() - started) / 1000
  const sample = { first: ranges.test.first, count: Math.min(ranges.test.count, settings.batch) }
  // A comparison runs the digital network as well.
  const perImage = anyOutput ? (await evaluator.fidelityTrials(idealHardware(), sample, settings.seed, 1))[0]!.seconds / sample.count : (await evaluator.digital(sample)).seconds / sample.count

  const { steps } = trainingLength(settings, ranges.train.count)
  const epochs = Math.ceil(settings.epochs)
  const evaluated = epochs * ranges.validation.count * (settings.validationChipInstances + 1) + 2 * ranges.test.count * (settings.testChipInstances + 1)
  return {
    trials: steps * settings.accumulation * samplesOf(settings),
    images: ranges.train.count,
    seconds: (steps * settings.accumulation * samplesOf(settings) * parts * gradientSeconds + evaluated * perImage) / Math.min(plan.workers, parts),
    peakMegabytes: plan.bytes / 1e6,
    basis: `One gradient of ${size} images took ${(gradientSeconds * 1000).toFixed(0)} ms; ${steps} steps with ${samplesOf(settings)} gradient${samplesOf(settings) === 1 ? '' : 's'} a batch; ${planInWords(plan)}`
  }
}
