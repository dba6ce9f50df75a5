/**
 * A whole curvature run: for the network, and for one that is compared with it, the loss, what errors of the device cost, traces by layer, leading
 * eigenvalues and the landscape. Each finished step is a line of trials.jsonl; a resumed run goes on behind the last one.
 */
import { join } from 'node:path'
import {
  curvatureStepSchema, type CurvatureFindings, type CurvatureNetwork, type CurvatureResult, type CurvatureSettings, type CurvatureStep
} from '@shared/curvature'
import type { ImageRange } from '@shared/dataset'
import { fail } from '@shared/problems'
import type { Dataset } from '../data/dataset'
import { checkPreprocessing } from '../data/preprocess'
import { evaluationRange } from '../data/split'
import type { Network } from '../onnx/network'
import { openSource, requireSameLayers } from '../resources/compared'
import { openInputs, type Opened } from '../resources/inputs'
import { TrialLog } from '../simulate/trial-log'
import type { CurvatureParams, TaskControl } from '../tasks'
import type { ComputePool } from '../workers/pool'
import { axisDistances, landscapeRows, networkCurvature, type LayerFacts } from './curvature-findings'
import { DeviceError } from './device-error'
import { readEigenvector, removeEigenvectors, writeEigenvector } from './eigenvector-file'
import { nextEigenvalue, type Eigenvalue } from './eigenvalues'
import { HessianProduct } from './hessian-product'
import { filterNormalizedDirection, moveAlong } from './landscape'
import { LossSurface } from './loss-surface'
import { traceProbe } from './traces'
import type { Vector } from './vectors'

/** An eigenvalue has settled when it changes by less than this fraction of itself. */
const eigenvalueTolerance = 1e-3
/** Chunks where the plan chose none. */
const usualChunk = 50

/** Work of a forward pass and of a gradient, forward and backward, in forward passes; a product takes two gradients. */
export const gradientWork = 3
const productWork = 2 * gradientWork

/** Images of the loss, in chunks of one size; up to one image a chunk is left out where they do not divide. */
export function surfaceImages(range: ImageRange, batch: number): { range: ImageRange; chunk: number } {
  const chunks = Math.ceil(range.count / Math.min(range.count, batch === 0 ? usualChunk : batch))
  const chunk = Math.floor(range.count / chunks)
  return { range: { first: range.first, count: chunks * chunk }, chunk }
}

/** Forward passes over all images that one network takes at most. */
export const workOf = ({ probes, eigenvalues, iterations, chipInstances, landscape }: CurvatureSettings): number =>
  1 + chipInstances + probes * productWork + eigenvalues * iterations * productWork + landscapeRows(landscape) * landscape.points

export async function runCurvature(params: CurvatureParams, control: TaskControl, pool: ComputePool, opened?: Opened): Promise<CurvatureResult> {
  const { config: { settings }, runFolder } = params
  control.report({ fraction: 0, activity: 'Reading the network and the data' })
  const { network, dataset } = opened ?? (await openInputs(params))
  checkPreprocessing(params.preprocessing, dataset.summary.shape[0])
  const compared = await openCompared(params.after, network)
  const { range, chunk } = surfaceImages(evaluationRange(dataset.summary, settings.images), settings.batch)
  for (const each of compared === null ? [network] : [network, compared]) checkDifferentiable(each)
  const log = await TrialLog.openOf(join(runFolder, 'trials.jsonl'), { schema: curvatureStepSchema, key: keyOf })

  const findings: CurvatureFindings = { before: null, after: null }
  const networks = [{ name: 'before' as const, network }, ...(compared === null ? [] : [{ name: 'after' as const, network: compared }])]
  for (const [position, each] of networks.entries()) {
    const measured = await Measurement.of({ ...each, dataset, params, range, chunk, control, pool })
    const report = (activity: string): void => {
      findings[each.name] = networkCurvature(log.trials, each.name, measured.layers, settings)
      const fraction = (position + Math.min(1, doneWork(log.trials, each.name, settings) / workOf(settings))) / networks.length
      const where = networks.length === 1 ? activity : `${activity}, ${each.name}`
      control.report({ fraction, activity: where, partial: { kind: 'curvature', findings: { ...findings } } })
    }
    await measured.all(log, report)
    report('Done')
  }
  for (const { name } of networks) await removeEigenvectors(runFolder, name, settings.eigenvalues)
  const { before, after } = findings
  if (before === null) throw new Error('A curvature run ended without its network')
  return {
    before, after, classNames: dataset.summary.classNames, imageRange: range,
    afterNetwork: compared === null ? null : { name: compared.report.name, sha256: compared.report.sha256 }
  }
}

function keyOf(step: CurvatureStep): string {
  const { measure, network } = step
  switch (measure) {
    case 'loss':
      return `${network}:loss`
    case 'draw':
      return `${network}:draw:${step.chipInstance}`
    case 'probe':
      return `${network}:probe:${step.probe}`
    case 'eigenvalue':
      return `${network}:eigenvalue:${step.index}`
    case 'landscape':
      return `${network}:landscape:${step.row}:${step.column}`
  }
}

/** Of {@link workOf}; an eigenvalue that settled early counts whole. */
function doneWork(steps: readonly CurvatureStep[], network: CurvatureNetwork, { iterations }: CurvatureSettings): number {
  const work = { loss: 1, draw: 1, probe: productWork, eigenvalue: iterations * productWork, landscape: 1 }
  return steps.reduce((sum, step) => sum + (step.network === network ? work[step.measure] : 0), 0)
}

/** Problem CURVATURE_INVALID for a network that takes exactly so many images. */
export function checkDifferentiable({ batch, report }: Network): void {
  if (batch !== 'free') {
    fail('CURVATURE_INVALID', report.name, `The network runs with exactly ${batch} image${batch === 1 ? '' : 's'} at a time, so its gradient cannot be taken over batches.`, 'Export the network with a dynamic batch dimension.')
  }
}

/** The network to compare with. Problem CURVATURE_INVALID when its layers are not those of `network`. */
export async function openCompared(after: CurvatureParams['after'], network: Network): Promise<Network | null> {
  if (after === null) return null
  const compared = await openSource(after)
  requireSameLayers(network, compared, { code: 'CURVATURE_INVALID', where: 'curvature.after', name: 'The network to compare with' })
  return compared
}

interface MeasurementContext {
  name: CurvatureNetwork
  network: Network
  dataset: Dataset
  params: CurvatureParams
  range: ImageRange
  chunk: number
  control: TaskControl
  pool: ComputePool
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** All measurements of one network. */
class Measurement {
  private constructor(
    private readonly context: MeasurementContext,
    private readonly surface: LossSurface,
    private readonly device: DeviceError,
    private readonly variances: readonly Float32Array[],
    readonly layers: readonly LayerFacts[]
  ) {}

  static async of(context: MeasurementContext): Promise<Measurement> {
    const { network, dataset, params, range, chunk, control, pool, name } = context
    const { settings, hardware } = params.config
    const surface = await LossSurface.of({
      network, dataset, preprocessing: params.preprocessing, images: range, chunk, id: `${params.runFolder}:${name}`, pool, signal: control.signal
    })
    const device = new DeviceError(surface, hardware, surface.nominal, settings.seed)
    const variances = device.variances()
    return new Measurement(context, surface, device, variances, layerFacts(surface, variances))
  }

  /** Every step that `log` does not have. */
  async all(log: TrialLog<CurvatureStep>, report: (activity: string) => void): Promise<void> {
    const { name, params: { config: { settings } }, control } = this.context
    const finished = new Set(log.trials.map(keyOf))
    const missing = (count: number, key: (index: number) => string): number[] => Array.from({ length: count }, (_, i) => i).filter((index) => !finished.has(`${name}:${key(index)}`))
    const done = async (step: CurvatureStep, activity: string): Promise<void> => {
      await log.append(step)
      report(activity)
      await control.checkpoint()
    }
    report('Loss')
    if (!finished.has(`${name}:loss`)) await done({ measure: 'loss', network: name, loss: await this.loss() }, 'Loss')

    const moved = this.surface.empty()
    for (const chipInstance of missing(settings.chipInstances, (index) => `draw:${index}`)) {
      this.device.draw(moved, chipInstance)
      await done({ measure: 'draw', network: name, chipInstance, loss: finiteOrNull(await this.surface.loss(moved)) }, `Errors of the device: chip instance ${chipInstance + 1} of ${settings.chipInstances}`)
    }
    const hessian = new HessianProduct(this.surface, this.surface.nominal)
    const probes = missing(settings.probes, (index) => `probe:${index}`)
    // First, because traces are narrower with eigenvectors that are known.
    const known = await this.eigenvalues(hessian, log, probes.length > 0, done)
    for (const probe of probes) {
      const found = await traceProbe(this.surface, hessian, { variances: this.variances, known, seed: settings.seed, probe })
      await done({ measure: 'probe', network: name, probe, ...found }, `Traces: probe ${probe + 1} of ${settings.probes}`)
    }
    await this.landscape(moved, missing, done)
  }

  private async loss(): Promise<number> {
    const loss = await this.surface.loss(this.surface.nominal)
    if (Number.isFinite(loss)) return loss
    return fail('CURVATURE_INVALID', this.context.network.report.name, 'The loss of the network is no finite number, so it has no curvature.', 'Check the network and the normalisation of the images.')
  }

  private async landscape(moved: Vector, missing: (count: number, key: (index: number) => string) => number[], done: (step: CurvatureStep, activity: string) => Promise<void>): Promise<void> {
    const { name, params: { config: { settings } } } = this.context
    const { surface } = this
    const rows = landscapeRows(settings.landscape)
    const { points } = settings.landscape
    const left = missing(rows * points, (index) => `landscape:${Math.floor(index / points)}:${index % points}`)
    if (left.length === 0) return
    const direction = (number: number): Float32Array[] => filterNormalizedDirection(surface.parameters, surface.nominal, settings.seed, number)
    const axes = { a: direction(0), b: rows === 1 ? null : direction(1) }
    const distances = axisDistances(settings.landscape)
    for (const index of left) {
      const [row, column] = [Math.floor(index / points), index % points]
      moveAlong(moved, surface.nominal, axes, distances[column]!, rows === 1 ? 0 : distances[row]!)
      await done({ measure: 'landscape', network: name, row, column, loss: finiteOrNull(await surface.loss(moved)) }, `Landscape: point ${index + 1} of ${rows * points}`)
    }
  }

  /** Every eigenvalue, those of an earlier part of the run read back; `all`: with the vector of each. */
  private async eigenvalues(hessian: HessianProduct, log: TrialLog<CurvatureStep>, all: boolean, done: (step: CurvatureStep, activity: string) => Promise<void>): Promise<Eigenvalue[]> {
    const { name, params: { runFolder, config: { settings } }, control } = this.context
    const known: Eigenvalue[] = []
    for (let index = 0; index < settings.eigenvalues; index++) {
      const stored = log.trials.find((step) => step.measure === 'eigenvalue' && step.network === name && step.index === index)
      if (stored?.measure === 'eigenvalue') {
        const vector = this.surface.empty()
        // Vectors are for what is still to come; a run that was about to end has none left.
        if (all || (index + 1 < settings.eigenvalues && !isWhole(log, name, settings))) await readEigenvector(runFolder, name, index, vector)
        known.push({ ...stored, vector })
        continue
      }
      const found = await nextEigenvalue(this.surface, hessian, known, { seed: settings.seed, iterations: settings.iterations, tolerance: eigenvalueTolerance }, () => control.checkpoint())
      await writeEigenvector(runFolder, name, index, found.vector)
      known.push(found)
      const { value, residual, iterations } = found
      await done({ measure: 'eigenvalue', network: name, index, value, residual, iterations }, `Eigenvalue ${index + 1} of ${settings.eigenvalues}`)
    }
    return known
  }
}

const isWhole = (log: TrialLog<CurvatureStep>, network: CurvatureNetwork, { eigenvalues }: CurvatureSettings): boolean =>
  log.trials.filter((step) => step.measure === 'eigenvalue' && step.network === network).length >= eigenvalues

/** Number of weights and root mean square of the device's errors of each layer. */
function layerFacts({ parameters, layerNames }: LossSurface, variances: readonly Float32Array[]): LayerFacts[] {
  return layerNames.map((layer, index) => {
    let weights = 0
    let total = 0
    parameters.forEach((parameter, p) => {
      if (parameter.layer !== index) return
      const own = variances[p]!
      weights += own.length
      for (let i = 0; i < own.length; i++) total += own[i]!
    })
    return { layer, weights, deviation: Math.sqrt(total / Math.max(1, weights)) }
  })
}
