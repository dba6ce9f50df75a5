/**
 * Import of an ONNX file. In order: decode → one form (`passes/normalize`) → one input, one output → batch dimension free
 * → ONNX Runtime's basic optimisation → operator set 21 → layers in one form → compared with the original file.
 */
import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import { ProblemError, fail } from '@shared/problems'
import { readModel } from './codec'
import { externalDataReader } from './external-data'
import type { Model } from './graph'
import { withGraph } from './graph-queries'
import { checkVersions, operatorProblem } from './import-checks'
import { readModelFile } from './model-file'
import type { Network } from './network'
import { explicitPadding } from './passes/explicit-padding'
import { batchSymbol, fixedReshapes, freeReshapes, withBatch } from './passes/free-batch'
import { chooseInterface } from './passes/interface'
import { dropDeadNodes, dropUnused, normalizeModel } from './passes/normalize'
import { optimizeBasic } from './passes/optimize'
import { prepareLayers } from './passes/prepare-layers'
import { classesOf, flattenScores } from './passes/scores'
import { fixedShapes, freeShapes, probe } from './probe'
import { buildReport } from './report'
import { createSession } from './session'
import { upgradeModel } from './upgrade/upgrade'
import { differenceAt, differenceTogether, evaluate, importTolerance, usesRandomNumbers, type Interface, type Values } from './verify'

export interface ImportOptions {
  /** Existing folder for temporary files; the system's unless given. */
  workFolder?: string
}

/** Everything about the original that building and comparing needs. */
interface Original {
  model: Model
  io: Interface
  /** Batch size of the comparison with the original: the exporter's, or 1. */
  batch: number
  reference: Values
  where: string
  workFolder: string | undefined
}

type Built = Pick<Network, 'model' | 'output' | 'batch' | 'shapes'> & { notes: string[] }

/**
 * Imports the network in `file`. Problems: FILE_*, MODEL_* (see the catalogue); a network whose output is no list of class
 * scores is imported with `output.classes` 0 and a note, see `requireClassifier`.
 */
export async function importNetwork(file: string, options: ImportOptions = {}): Promise<Network> {
  const where = basename(file)
  const bytes = readModelFile(file)
  let external = false
  const reader = externalDataReader(dirname(file), where)
  const decoded = readModel(bytes, { where, external: (...range) => { external = true; return reader(...range) } })
  const notes: string[] = []
  if (external) notes.push('Weights were read from files beside the model.')
  try {
    checkVersions(decoded, where)
    const model = chooseInterface(normalizeModel(decoded, notes), where, notes)
    const original = await openOriginal(model, external ? decoded : bytes, notes, where, options.workFolder)
    const exporterBatch = model.graph.inputs[0]!.shape![0]
    const built = await buildFirstEqual(original, typeof exporterBatch === 'number' ? exporterBatch : null)
    if (typeof exporterBatch === 'number' && built.batch === 'free') notes.push(`The exporter had fixed the batch size at ${exporterBatch}; it is free now.`)
    notes.push(...built.notes)
    const { model: imported, shapes, output, batch } = built
    const input = { name: original.io.input, shape: original.io.shape }
    const report = buildReport({
      name: where, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, original: decoded, model: imported, shapes, input, output, batch,
      freed: typeof exporterBatch === 'number', notes
    })
    return { model: imported, input, output, batch, shapes, report }
  } catch (thrown) {
    throw operatorProblem(thrown, where)
  }
}

/** Sizes that are tried for free dimensions other than the batch: images first, then anything. */
const trialSizes = [224, 32, 28, 1]

/** Runs the file as it is, in plain ONNX Runtime, and keeps the result to compare with. */
async function openOriginal(model: Model, source: Uint8Array | Model, notes: string[], where: string, workFolder: string | undefined): Promise<Original> {
  const input = model.graph.inputs[0]!
  const dims = input.shape!
  const output = model.graph.outputs[0]!.name
  const batch = typeof dims[0] === 'number' ? dims[0] : 1
  const free = dims.slice(1).some((dim) => typeof dim === 'string')
  const session = await createSession(source, { where })
  try {
    let failure: unknown
    for (const size of free ? trialSizes : [0]) {
      const shape = dims.slice(1).map((dim, axis) => (typeof dim === 'number' ? dim : dims.length === 4 && axis === 0 ? channelsOf(model) : size))
      try {
        const reference = await evaluate(session, input.name, output, shape, 0, batch, where)
        if (free) notes.push(`The input's free dimensions were set to [${shape.join(', ')}]; export with fixed sizes to use others.`)
        const fixed = withGraph(model, { inputs: [{ ...input, shape: [dims[0]!, ...shape] }] })
        return { model: fixed, io: { input: input.name, output, shape }, batch, reference, where, workFolder }
      } catch (thrown) {
        failure = thrown
      }
    }
    throw failure
  } finally {
    await session.release()
  }
}

/** Channels that the first convolution on the input takes; 3 where none says it. */
function channelsOf(model: Model): number {
  const name = model.graph.inputs[0]!.name
  const first = model.graph.nodes.find((node) => node.opType === 'Conv' && node.inputs[0] === name)
  return model.graph.initializers.get(first?.inputs[1] ?? '')?.dims[1] ?? 3
}

/**
 * Builds the network with a free batch dimension; where that does not compute the same, with constant target shapes
 * freed; where that does not either, tied to the exporter's batch size.
 */
async function buildFirstEqual(original: Original, exporterBatch: number | null): Promise<Built> {
  const { model, where } = original
  const reshapes = fixedReshapes(model)
  const freed = async (): Promise<Model> => {
    const shapes = await probe(withBatch(model, original.batch), original.io.shape, original.batch, where, reshapes.map((node) => node.outputs[0]!))
    return withBatch(freeReshapes(model, (value) => shapes.get(value)?.dims), batchSymbol)
  }
  const attempts: (() => Promise<Built | null>)[] = []
  if (exporterBatch === null || reshapes.length === 0) attempts.push(() => buildFree(original, () => Promise.resolve(withBatch(model, batchSymbol)), []))
  if (reshapes.length > 0) attempts.push(() => buildFree(original, freed, [`The batch size in the target shapes of ${reshapes.length} Reshape nodes was made free.`]))
  for (const attempt of attempts) {
    const built = await attempt()
    if (built !== null) return built
  }
  const built = await build(original, withBatch(model, original.batch), false)
  const difference = usesRandomNumbers(model) ? 0 : await differenceAt(built.model, original.io, original.batch, original.reference, where)
  if (difference > importTolerance) throw new Error(`The imported network differs from the original by ${difference.toExponential(1)} of its output`)
  built.notes.push(`The network computes something else for several images together, so that it runs with a batch of ${original.batch}.`)
  return built
}

/** Null when the result, one by one and together, is not what the original computes. */
async function buildFree(original: Original, make: () => Promise<Model>, notes: readonly string[]): Promise<Built | null> {
  const { io, where } = original
  try {
    const built = await build(original, await make(), true)
    built.notes.unshift(...notes)
    if (usesRandomNumbers(original.model)) {
      built.notes.push('The network draws random numbers; it could not be compared with the original.')
      return built
    }
    const differences = [await differenceAt(built.model, io, original.batch, original.reference, where), await differenceTogether(built.model, io, where)]
    return Math.max(...differences) <= importTolerance ? built : null
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === 'MODEL_RUNTIME_REJECTED') return null
    throw thrown
  }
}

/** All passes behind the choice of the batch dimension. */
async function build(original: Original, model: Model, free: boolean): Promise<Built> {
  const { io, where, workFolder } = original
  const notes: string[] = []
  const batch = free ? 1 : original.batch
  const optimized = dropUnused(normalizeModel(await optimizeBasic({ ...model, irVersion: Math.max(model.irVersion, 4) }, where, workFolder), notes))
  const early = await probe(optimized, io.shape, batch, where)
  let next = upgradeModel({ ...optimized, functions: [] }, (value) => early.get(value)?.dims.length, where)
  next = prepareLayers(next, (value) => early.get(value)?.dims, notes)
  next = explicitPadding(next, fixedShapes(early, batch), batch)
  const output = early.get(io.output)
  const { classes, reason } = output === undefined ? { classes: 0, reason: `The output “${io.output}” is no tensor.` } : classesOf(output.type, output.dims, batch)
  if (classes > 0) next = flattenScores(next, output!.dims.length, notes)
  else notes.push(reason)
  next = dropUnused(dropDeadNodes(next))
  const last = next.graph.nodes.find((node) => node.outputs.includes(io.output))
  if (classes > 0 && /^(Log)?Softmax$/.test(last?.opType ?? '')) notes.push(`The network ends in ${last!.opType}; its scores are ${last!.opType === 'Softmax' ? 'probabilities' : 'logarithms of probabilities'}.`)
  const opaque = new Set([...next.graph.initializers.values()].filter((tensor) => ['float16', 'bfloat16', 'float64'].includes(tensor.type) && tensor.dims.length > 1).map((tensor) => tensor.type))
  for (const type of opaque) notes.push(`Some weights are ${type}; layers with such weights stay digital.`)
  const outputShape = classes > 0 ? [free ? batchSymbol : batch, classes] : null
  next = withGraph(next, { outputs: [{ name: io.output, type: classes > 0 ? 'float32' : 'other', shape: outputShape }] })
  const one = await probe(next, io.shape, batch, where)
  const shapes = free ? freeShapes(one, await probe(next, io.shape, 2, where)) : fixedShapes(one, batch)
  if (one.get(io.output) === undefined) fail('MODEL_OUTPUT_UNSUPPORTED', where, `The output “${io.output}” is no tensor.`)
  return { model: next, output: { name: io.output, classes }, batch: free ? 'free' : batch, shapes, notes }
}
