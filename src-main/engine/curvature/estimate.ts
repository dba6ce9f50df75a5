/** Time and memory of a curvature run before it starts, from one loss and one gradient of a chunk of images. */
import type { Estimate } from '@shared/job'
import { evaluationRange } from '../data/split'
import { planCurvature } from '../resources/plan-run'
import { planInWords } from '../simulate/estimate'
import type { EngineTasks, TaskControl } from '../tasks'
import type { ComputePool } from '../workers/pool'
import { landscapeRows } from './curvature-findings'
import { LossSurface } from './loss-surface'
import { checkDifferentiable, openCompared, surfaceImages } from './run-curvature'

export async function estimateCurvature(params: EngineTasks['estimate.curvature']['params'], control: TaskControl, pool: ComputePool): Promise<Estimate> {
  const { plan, opened: { network, dataset }, config: { settings } } = await planCurvature(params)
  checkDifferentiable(network)
  const compared = await openCompared(params.after, network)
  const { range, chunk } = surfaceImages(evaluationRange(dataset.summary, settings.images), settings.batch)
  const surface = await LossSurface.of({
    network, dataset, preprocessing: params.preprocessing, images: { first: range.first, count: chunk }, chunk, id: `estimate:${network.report.sha256}:${chunk}`, pool, signal: control.signal
  })
  const gradient = surface.empty()
  const seconds = async (work: () => Promise<number>): Promise<number> => {
    // The first call opens the session.
    await work()
    const started = performance.now()
    await work()
    return (performance.now() - started) / 1000
  }
  const forwardSeconds = await seconds(() => surface.loss(surface.nominal))
  const gradientSeconds = await seconds(() => surface.at(surface.nominal, gradient))

  const networks = compared === null ? 1 : 2
  const chunks = range.count / chunk
  const products = settings.probes + settings.eigenvalues * settings.iterations
  const losses = 1 + settings.chipInstances + landscapeRows(settings.landscape) * settings.landscape.points
  return {
    trials: networks * (losses + 2 * products),
    images: range.count,
    seconds: (networks * chunks * (losses * forwardSeconds + 2 * products * gradientSeconds)) / Math.min(plan.workers, chunks),
    peakMegabytes: plan.bytes / 1e6,
    basis:
      `Of ${chunk} images one loss took ${(forwardSeconds * 1000).toFixed(0)} ms and one gradient ${(gradientSeconds * 1000).toFixed(0)} ms; ` +
      `at most ${losses} losses and ${2 * products} gradients over ${chunks} such chunks${networks === 2 ? ' for each of two networks' : ''}; ${planInWords(plan)}`
  }
}
