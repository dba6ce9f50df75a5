/** Whole curvature runs on a small task: what they find, that they go on where they were cut short, and what they refuse. */
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { curvatureConfigSchema, curvatureResultSchema, type CurvatureConfig, type CurvatureResult } from '@shared/curvature'
import { ProblemError } from '@shared/problems'
import { writeModel } from '../onnx/codec'
import { LayerBuilder } from '../onnx/layer-builder'
import { smallTask, testControl, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { surfaceImages, runCurvature, workOf } from './run-curvature'

let task: SmallTask
beforeAll(async () => void (task = await smallTask()))
afterAll(() => task.remove())

const config = (settings: object = {}, hardware: object = {}): CurvatureConfig =>
  curvatureConfigSchema.parse({
    hardware: { device: { kind: 'weight-referred', sigma: 0.02 }, ...hardware },
    settings: { images: { count: 60 }, batch: 30, probes: 12, eigenvalues: 2, iterations: 40, chipInstances: 30, landscape: { kind: 'line', points: 5 }, ...settings }
  })

const run = async (settings: object = {}, hardware: object = {}): Promise<CurvatureResult> =>
  runCurvature({ ...(await task.params()), config: config(settings, hardware), after: null }, testControl(), inlinePool())
const problemOf = async (promise: Promise<unknown>) => {
  const thrown: unknown = await promise.then(() => null, (error: unknown) => error)
  return thrown instanceof ProblemError ? thrown.problem : thrown
}
/** A small network of the same input with another last layer. */
function otherNetwork(): Uint8Array {
  const build = new LayerBuilder('other', [1, 8, 8], 2)
  return writeModel(build.finish(build.dense(build.flatten(build.relu(build.conv('image', 1, 6, 3))), 6 * 64, 4), 4))
}

describe('a curvature run', () => {
  it('finds the same of a network whatever way it is asked, and the parts agree with each other', async () => {
    const result = await run()
    expect(curvatureResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
    const { before } = result
    expect(before.layers.map(({ weights }) => weights)).toEqual([6 * 9 + 6, 6 * 8 * 9 + 8, 8 * 16 * 4 + 4])
    const total = (of: 'trace' | 'weighted'): number => before.layers.reduce((sum, layer) => sum + layer[of]!.mean, 0)
    // Sums of the same products in another order, in double precision.
    expect(before.trace!.mean).toBeCloseTo(total('trace'), 9)
    expect(before.weighted!.mean).toBeCloseTo(total('weighted'), 9)
    // Single losses of one point, computed in the same chunks: bit by bit.
    expect(before.landscape!.losses[0]![2]).toBe(before.loss)
    expect(before.landscape!.distances).toEqual([-0.5, -0.25, 0, 0.25, 0.5])
    // What errors cost is half of tr(HΣ) to second order: both within their intervals, widened to 99.9 %.
    const second = before.weighted!.mean / 2
    expect(Math.abs(before.cost!.mean - second)).toBeLessThan(1.75 * (before.cost!.ci95! + before.weighted!.ci95! / 2))
    // Errors in proportion to the scale of their layer.
    for (const { deviation } of before.layers) expect(deviation).toBeGreaterThan(0)
    expect(before.eigenvalues).toHaveLength(2)
    expect(Math.abs(before.eigenvalues[0]!.value)).toBeGreaterThan(Math.abs(before.eigenvalues[1]!.value) - before.eigenvalues[1]!.residual)
    expect(result).toMatchObject({ after: null, afterNetwork: null, imageRange: { first: 340, count: 60 }, classNames: ['a', 'b', 'c', 'd'] })
  })

  it('leaves out what is not asked for, and finds no cost where nothing is drawn', async () => {
    const none = await run({ eigenvalues: 0, chipInstances: 0, probes: 2, landscape: { kind: 'none' } }, { device: { kind: 'weight-referred', sigma: 0 } })
    expect(none.before).toMatchObject({ cost: null, eigenvalues: [], landscape: null, probes: 2, weighted: { mean: 0, ci95: 0 } })
    expect(none.before.layers.every(({ deviation }) => deviation === 0)).toBe(true)
    expect(Math.abs(none.before.trace!.mean)).toBeGreaterThan(0)
  })

  it('finds the same of the same network compared with itself, and of a plane the line in its middle row', async () => {
    const params = await task.params()
    const settings = { eigenvalues: 1, iterations: 3, probes: 2, chipInstances: 2, landscape: { kind: 'plane', points: 3 } }
    const control = testControl()
    const result = await runCurvature({ ...params, config: config(settings), after: { folder: params.networkFolder } }, control, inlinePool())
    expect(result.after).toEqual(result.before)
    expect(result.afterNetwork).toMatchObject({ name: 'small.onnx' })
    const line = await run({ ...settings, landscape: { kind: 'line', points: 3 } })
    expect(result.before.landscape!.losses[1]).toEqual(line.before.landscape!.losses[0])
    const fractions = control.reports.map(({ fraction }) => fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
    expect(control.reports.at(-1)!.partial).toMatchObject({ kind: 'curvature', findings: { before: { probes: 2 }, after: { probes: 2 } } })
  })

  it('cancelled at any of its steps it goes on to the same result, without repeating one', async () => {
    // Three iterations: two checkpoints, and the third with the eigenvalue on disk.
    const settings = { eigenvalues: 3, iterations: 3, probes: 2, chipInstances: 2, landscape: { kind: 'line', points: 3 } }
    const params = await task.params()
    const whole = await runCurvature({ ...params, config: config(settings), after: null }, testControl(), inlinePool())
    const log = await readFile(join(params.runFolder, 'trials.jsonl'), 'utf8')
    // Of a run that has ended nothing but its lines is left.
    expect(await readdir(params.runFolder)).toEqual(['trials.jsonl'])
    const again = { ...(await task.params()), config: config(settings), after: null }
    let cuts = 0
    for (;;) {
      try {
        expect(await runCurvature(again, testControl(3), inlinePool())).toEqual(whole)
        break
      } catch (thrown) {
        expect(thrown instanceof ProblemError ? thrown.problem.code : thrown).toBe('JOB_CANCELLED')
        cuts++
      }
    }
    expect(cuts).toBeGreaterThan(3)
    expect(await readFile(join(again.runFolder, 'trials.jsonl'), 'utf8')).toBe(log)
    // And once more, after its end.
    expect(await runCurvature(again, testControl(), inlinePool())).toEqual(whole)
  }, 60_000)

  it('says what it cannot go on with', async () => {
    const settings = { eigenvalues: 2, iterations: 2, probes: 2, chipInstances: 0, landscape: { kind: 'none' } }
    const params = { ...(await task.params()), config: config(settings), after: null }
    // Loss; one iteration and the end of the other, for each of two eigenvalues.
    expect(await problemOf(runCurvature(params, testControl(5), inlinePool()))).toMatchObject({ code: 'JOB_CANCELLED' })
    await writeFile(join(params.runFolder, 'eigenvector-before-0.f32'), 'short')
    expect(await problemOf(runCurvature(params, testControl(), inlinePool()))).toMatchObject({ code: 'RUN_INVALID', where: 'eigenvector-before-0.f32' })
  })

  it('refuses a network of other layers', async () => {
    const file = join(task.folder, 'other.onnx')
    await writeFile(file, otherNetwork())
    const refused = await problemOf(runCurvature({ ...(await task.params()), config: config(), after: { file } }, testControl(), inlinePool()))
    expect(refused).toMatchObject({ code: 'CURVATURE_INVALID', where: 'curvature.after' })
    const gone = join(task.folder, 'gone.onnx')
    expect(await problemOf(runCurvature({ ...(await task.params()), config: config(), after: { file: gone } }, testControl(), inlinePool()))).toMatchObject({ code: 'FILE_NOT_FOUND' })
    await copyFile(file, gone)
  })

  it('names an operator without a gradient, as fine-tuning does', async () => {
    const build = new LayerBuilder('odd', [1, 8, 8], 1)
    const model = build.finish(build.dense(build.flatten(build.relu(build.conv('image', 1, 6, 3))), 6 * 64, 4), 4)
    const nodes = model.graph.nodes.map((node) => (node.opType === 'Relu' ? { ...node, opType: 'Hardmax' } : node))
    const odd = await smallTask({ ...model, graph: { ...model.graph, nodes } })
    try {
      expect(await problemOf(runCurvature({ ...(await odd.params()), config: config(), after: null }, testControl(), inlinePool()))).toMatchObject({ code: 'GRADIENT_UNSUPPORTED' })
    } finally {
      await odd.remove()
    }
  })
})

describe('images and work', () => {
  it('divides images into equal chunks, leaving out less than one image a chunk', () => {
    expect(surfaceImages({ first: 7, count: 500 }, 64)).toEqual({ range: { first: 7, count: 496 }, chunk: 62 })
    expect(surfaceImages({ first: 0, count: 60 }, 30)).toEqual({ range: { first: 0, count: 60 }, chunk: 30 })
    expect(surfaceImages({ first: 0, count: 3 }, 8)).toEqual({ range: { first: 0, count: 3 }, chunk: 3 })
  })

  it('counts forward passes', () => {
    const { settings } = config({ probes: 2, eigenvalues: 1, iterations: 5, chipInstances: 3, landscape: { kind: 'plane', points: 3 } })
    // One loss, 3 chips, 9 points; 2 + 5 products of two gradients of three passes.
    expect(workOf(settings)).toBe(1 + 3 + 9 + 7 * 6)
  })
})
