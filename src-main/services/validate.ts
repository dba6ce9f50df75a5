/**
 * What can be said about a run before it is queued, from the reports alone. The engine checks again what it needs; a
 * person should not wait in a queue to hear that the data has the wrong size.
 */
import type { AttributionConfig } from '@shared/attribution'
import type { CurvatureConfig } from '@shared/curvature'
import type { DatasetSummary, Preprocessing } from '@shared/dataset'
import type { FinetuneConfig } from '@shared/finetune'
import { sharedArrayProblems, type Hardware } from '@shared/hardware'
import type { NetworkReport } from '@shared/network'
import { fail, problem, ProblemError, type Problem } from '@shared/problems'
import { requireRunnable, requireRunnableRequest } from '@shared/run-problems'
import type { SimulationConfig, Sweep } from '@shared/simulation'
import type { StudyConfig } from '@shared/study'
import { evaluationRange, resolveSplits } from '../engine/data/split'
import type { OpenProject } from './open-project'
import type { Imported } from './library'

export interface RunInputs {
  network: Imported<NetworkReport>
  dataset: Imported<DatasetSummary>
}

/** Network and data of the project. Raises NOT_READY naming what is missing. */
export function needInputs(project: OpenProject): RunInputs {
  const network = project.network()
  const dataset = project.dataset()
  if (network !== null && dataset !== null) return { network, dataset }
  const missing = [...(network === null ? ['a network'] : []), ...(dataset === null ? ['a data set'] : [])]
  const where = network === null ? 'network' : 'dataset'
  return fail('NOT_READY', where, `The project has no ${missing.join(' and no ').replace(/\ba /g, '')} yet.`, `Import ${missing.join(' and ')} first.`)
}

/** Raises DATA_MISMATCH when the images, labels or normalisation cannot belong to the network. */
export function checkFit(network: NetworkReport, dataset: DatasetSummary, preprocessing: Preprocessing): void {
  const [channels, height, width] = dataset.shape
  const wanted = network.input.shape.filter((size) => typeof size === 'number').reduce((product, size) => product * size, 1)
  // With a batch of a fixed size the first dimension is a number too; only the engine can tell, and does.
  const known = network.input.shape[0] === 'N'
  if (known && wanted !== channels * height * width) {
    fail('DATA_MISMATCH', 'dataset.shape', `The images have ${channels}×${height}×${width} values; the network takes ${network.input.shape.join('×')}.`)
  }
  const labels = dataset.classCounts.reduce((last, count, label) => (count > 0 ? label + 1 : last), 0)
  // A network without classes is simulated without labels.
  if (network.output.classes > 0 && labels > network.output.classes) {
    fail('DATA_MISMATCH', 'dataset.classNames', `The data has labels up to ${labels - 1}; the network has ${network.output.classes} classes.`)
  }
  for (const field of ['mean', 'std'] as const) {
    const count = preprocessing[field].length
    if (count !== 1 && count !== channels) {
      fail('DATA_MISMATCH', `preprocessing.${field}`, `${count} values were given; expected one, or one for each of ${channels} channels.`, 'Correct the normalisation.')
    }
  }
}

function checkAnalog(network: NetworkReport): void {
  const unsupported = network.nodes.find((node) => node.placement === 'unsupported')
  if (unsupported !== undefined) {
    fail('MODEL_OPERATOR_UNSUPPORTED', unsupported.name, `The node (${unsupported.opType}) cannot be computed: ${unsupported.reason}`)
  }
  if (network.analogLayers === 0) fail('MODEL_NO_ANALOG_LAYER', network.name, 'No node of the network is a convolution or matrix product with constant weights.')
}

/** Names of the layers that run on arrays, in the order of computation. */
export const analogLayerNames = (network: NetworkReport): string[] => network.nodes.flatMap((node) => (node.placement === 'analog' ? [node.name] : []))

/** Settings of layers that the network does not have (a name that is wrong would have no effect), or that contradict each other. */
export function layerNameProblems(hardware: Hardware, network: NetworkReport): Problem[] {
  const known = new Set(analogLayerNames(network))
  const tip = known.size <= 8 ? `Its analog layers are ${[...known].join(', ')}.` : `Use the name of one of its ${known.size} analog layers, or remove the settings of this layer.`
  const unknown = Object.keys(hardware.layers).filter((name) => !known.has(name))
  const shared = sharedArrayProblems(hardware, network.nodes.flatMap(({ name, placement, matrix }) => (placement === 'analog' ? [{ name, sharesArraysOf: matrix?.sharesArraysOf ?? null }] : [])))
  return [...unknown.map((name) => problem('HARDWARE_INVALID', `hardware.layers.${name}`, 'The network has no analog layer of this name.', { tip })), ...shared]
}

/** Raises HARDWARE_INVALID for a description that does not fit together, or that speaks of layers that the network does not have. */
export function checkHardware(hardware: Hardware, sweep: Sweep | null, network: NetworkReport): void {
  requireRunnable(hardware, sweep)
  checkLayerNames(hardware, network)
}

function checkLayerNames(hardware: Hardware, network: NetworkReport): void {
  const [first] = layerNameProblems(hardware, network)
  if (first !== undefined) throw new ProblemError(first)
}

/** Raises the first problem of a simulation that can be known beforehand. */
export function checkSimulation(config: SimulationConfig, inputs: RunInputs, preprocessing: Preprocessing): void {
  const dataset = inputs.dataset.report
  checkAnalog(inputs.network.report)
  checkFit(inputs.network.report, dataset, preprocessing)
  checkHardware(config.hardware, config.settings.sweep, inputs.network.report)
  evaluationRange(dataset, config.settings.images)
}

/** Raises the first problem of an attribution, or of a curvature run, that can be known beforehand. */
export function checkAttribution(config: AttributionConfig | CurvatureConfig, inputs: RunInputs, preprocessing: Preprocessing): void {
  const dataset = inputs.dataset.report
  checkAnalog(inputs.network.report)
  checkFit(inputs.network.report, dataset, preprocessing)
  checkHardware(config.hardware, null, inputs.network.report)
  evaluationRange(dataset, config.settings.images)
}

/** Raises the first problem of a study that can be known beforehand. */
export function checkStudy(config: StudyConfig, inputs: RunInputs, preprocessing: Preprocessing): void {
  const dataset = inputs.dataset.report
  checkAnalog(inputs.network.report)
  checkFit(inputs.network.report, dataset, preprocessing)
  requireRunnableRequest({ kind: 'study', config })
  checkLayerNames(config.hardware, inputs.network.report)
  evaluationRange(dataset, config.settings.images)
}

/** Raises the first problem of a fine-tuning that can be known beforehand. */
export function checkFinetune(config: FinetuneConfig, inputs: RunInputs, preprocessing: Preprocessing): void {
  const { settings } = config
  const dataset = inputs.dataset.report
  checkAnalog(inputs.network.report)
  checkFit(inputs.network.report, dataset, preprocessing)
  checkHardware(config.hardware, null, inputs.network.report)
  if (settings.antithetic && settings.samples % 2 !== 0) {
    fail('FINETUNE_INVALID', 'finetune.samples', `Antithetic draws come in pairs; found ${settings.samples} samples, expected an even number.`)
  }
  resolveSplits(dataset, { count: settings.testImages, first: null, trainImages: settings.trainImages, validationImages: settings.validationImages })
}
