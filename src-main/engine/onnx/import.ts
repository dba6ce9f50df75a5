/**
 * Import of an ONNX file. In order: decode → functions inlined → one form (`passes/normalize`) → one input, one output → batch dimension free
 * → ONNX Runtime's basic optimisation → operator set 21 → layers in one form → compared with the original file.
 */
import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import type { InterfaceChoice } from '@shared/network'
import { ProblemError, fail } from '@shared/problems'
import { readModel } from './codec'
import { openExternalFiles, type ExternalFiles } from './external-data'
import { elementCount, type Model } from './graph'
import { withGraph } from './graph-queries'
import { checkDomains, checkVersions, operatorProblem } from './import-checks'
import { readModelFile } from './model-file'
import type { Network } from './network'
import { checkSizes } from './passes/absurd-sizes'
import { dequantizeWeights, isQuantized } from './passes/dequantize'
import { explicitPadding } from './passes/explicit-padding'
import { batchSymbol, fixedReshapes, freeReshapes, withBatch } from './passes/free-batch'
import { chooseInterface, describeValue, largestInputElements, type ChosenInterface } from './passes/interface'
import { guardResizes } from './passes/guarded-resizes'
import { inlineFunctions } from './passes/inline-functions'
import { dropDeadNodes, dropUnused, normalizeModel } from './passes/normalize'
import { optimizeBasic } from './passes/optimize'
import { prepareLayers } from './passes/prepare-layers'
import { classesOf, flattenScores } from './passes/scores'
import { foreignFloats, singlePrecision } from './passes/single-precision'
import { fixedShapes, freeShapes, probe } from './probe'
import { buildReport } from './report'
import { createSession } from './session'
import { upgradeModel } from './upgrade/upgrade'
import { differenceAt, differenceTogether, evaluate, halfPrecisionTolerance, importTolerance, quantizedTolerance, usesRandomNumbers, type Interface, type Values } from './verify'

export interface ImportOptions {
  /** Existing folder for temporary files; the system's unless given. */
  workFolder?: string
  /** Which input takes the images and which output holds the scores, where the likeliest are not meant. */
  choice?: InterfaceChoice
  /** Where files with weights lie, if not beside the model. */
  weightsFolder?: string
  /** What the network is called; the file's name unless given. */
  name?: string
}

/** A network with the files beside the model that its weights came from, relative to the folder. */
export type ImportedNetwork = Network & { externalFiles: readonly string[] }

/** Everything about the original that building and comparing needs. */
interface Original {
  model: Model
  io: Interface
  /** Batch size of the comparison with the original: the exporter's, or 1. */
  batch: number
  /** Null when the file cannot be compared: it draws random numbers, or ONNX Runtime has no kernels for its precision. */
  reference: Values | null
  /** Largest relative difference from the file that is no fault, and between images one by one and together. */
  tolerance: number
  togetherTolerance: number
  where: string
  workFolder: string | undefined
}

type Built = Pick<Network, 'model' | 'output' | 'batch' | 'shapes'> & { notes: string[] }

/**
 * Imports the network in `file`. Problems: FILE_*, MODEL_* (see the catalogue); a network whose output is no list of class
 * scores is imported with `output.classes` 0 and a note, see `requireClassifier`.
 */
export async function importNetwork(file: string, options: ImportOptions = {}): Promise<ImportedNetwork> {
  const where = options.name ?? basename(file)
  const bytes = readModelFile(file)
  const external = openExternalFiles(options.weightsFolder ?? dirname(file), where)
  const decoded = readModel(bytes, { where, external: external.read })
  const isExternal = external.locations.size > 0
  const notes: string[] = []
  if (isExternal) notes.push('Weights were read from files beside the model.')
  try {
    checkVersions(decoded, where)
    const { model: inlined, isRaised } = inlineFunctions(decoded, where, notes)
    checkDomains(inlined, where)
    checkSizes(inlined, where)
    const chosen = chooseInterface(normalizeModel(inlined, notes), options.choice ?? {}, where, notes)
    const model = dropUnused(dropDeadNodes(dequantizeWeights(singlePrecision(chosen.model, notes), notes)))
    const guarded = guardResizes(inlined)
    const original = await openOriginal(model, guarded !== inlined || isRaised ? guarded : isExternal ? decoded : bytes, chosen, notes, where, options.workFolder)
    const exporterBatch = model.graph.inputs[0]!.shape![0]
    const built = await buildFirstEqual(original, typeof exporterBatch === 'number' ? exporterBatch : null)
    if (typeof exporterBatch === 'number' && built.batch === 'free') notes.push(`The exporter had fixed the batch size at ${exporterBatch}; it is free now.`)
    notes.push(...built.notes)
    const { model: imported, shapes, output, batch } = built
    const input = { name: original.io.input, shape: original.io.shape }
    const report = buildReport({
      name: where, ...fileSum(bytes, external), original: decoded, model: imported, shapes, input, output, batch,
      freed: typeof exporterBatch === 'number', notes, choices: chosen.choices
    })
    return { model: imported, input, output, batch, shapes, report, externalFiles: [...external.locations] }
  } catch (thrown) {
    throw operatorProblem(thrown, where)
  }
}

/** Identity and size of a model, with what lies beside it. */
export function fileSum(bytes: Uint8Array, external: ExternalFiles): { sha256: string; bytes: number } {
  const sum = createHash('sha256').update(bytes)
  if (external.locations.size > 0) sum.update(external.digest())
  return { sha256: sum.digest('hex'), bytes: bytes.length + external.bytes() }
}

/** Sizes that are tried for free dimensions other than the batch: images first, then anything. */
const trialSizes = [224, 32, 28, 1]
/** Sizes that are guessed take little memory: 13 images of 3 · 224², or one that the file fixes nearly whole. */
const largestTrialElements = 2 ** 21

/** Runs the file as it is, in plain ONNX Runtime, and keeps the result to compare with. */
async function openOriginal(model: Model, source: Uint8Array | Model, chosen: ChosenInterface, notes: string[], where: string, workFolder: string | undefined): Promise<Original> {
  const input = model.graph.inputs[0]!
  const dims = input.shape!
  const output = model.graph.outputs[0]!.name
  const batch = typeof dims[0] === 'number' ? dims[0] : 1
  const free = dims.slice(1).some((dim) => typeof dim === 'string')
  const precisions = foreignFloats(chosen.model)
  const togetherTolerance = isQuantized(chosen.model) ? quantizedTolerance : importTolerance
  const isHalf = precisions.has('float16') || precisions.has('bfloat16')
  const tolerances = { tolerance: Math.max(togetherTolerance, isHalf ? halfPrecisionTolerance : 0), togetherTolerance }
  // The runtime's JavaScript interface has no bfloat16 tensors.
  const isReachable = chosen.input.type !== 'bfloat16' && chosen.model.graph.outputs[0]!.type !== 'bfloat16'
  const { session, isRunnable } = await openSource(isReachable ? source : null, model, precisions, notes, where)
  const comparable = isRunnable && !usesRandomNumbers(model)
  try {
    let failure: unknown
    for (const size of free ? trialSizes : [0]) {
      const shape = dims.slice(1).map((dim, axis) => (typeof dim === 'number' ? dim : dims.length === 4 && axis === 0 ? channelsOf(model) : size))
      if (free && batch * elementCount(shape) > (size === 1 ? largestInputElements : largestTrialElements)) continue
      try {
        const reference = await evaluate(session, input.name, output, shape, 0, batch, where, isRunnable ? { type: chosen.input.type, held: chosen.held } : undefined)
        if (free) notes.push(`The input's free dimensions were set to [${shape.join(', ')}]; export with fixed sizes to use others.`)
        const fixed = withGraph(model, { inputs: [{ ...input, shape: [dims[0]!, ...shape] }] })
        return { model: fixed, io: { input: input.name, output, shape }, batch, reference: comparable ? reference : null, ...tolerances, where, workFolder }
      } catch (thrown) {
        failure = thrown
      }
    }
    throw failure ?? fail('MODEL_INPUT_UNSUPPORTED', where, `Input ${describeValue(input)} is too large with any size of its free dimensions.`)
  } finally {
    await session.release()
  }
}

/** A session of the file, or of its float32 form where ONNX Runtime cannot run the file's own precision (then `source` may be null). */
async function openSource(source: Uint8Array | Model | null, single: Model, precisions: ReadonlySet<string>, notes: string[], where: string): Promise<{ session: InferenceSession; isRunnable: boolean }> {
  try {
    if (source !== null) return { session: await createSession(source, { where }), isRunnable: true }
  } catch (thrown) {
    if (precisions.size === 0) throw thrown
  }
  const session = await createSession(single, { where })
  notes.push(`ONNX Runtime cannot run this network in ${[...precisions].join(' and ')}; it could not be compared with the file.`)
  return { session, isRunnable: false }
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
  const difference = original.reference === null ? 0 : await differenceAt(built.model, original.io, original.batch, original.reference, where)
  if (difference > original.tolerance) throw new Error(`The imported network differs from the original by ${difference.toExponential(1)} of its output`)
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
    const fromFile = original.reference === null ? 0 : await differenceAt(built.model, io, original.batch, original.reference, where)
    return fromFile <= original.tolerance && (await differenceTogether(built.model, io, where)) <= original.togetherTolerance ? built : null
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
  let next = upgradeModel(optimized, (value) => early.get(value)?.dims.length, where)
  next = prepareLayers(next, (value) => early.get(value)?.dims, notes)
  next = explicitPadding(next, fixedShapes(early, batch), batch)
  const output = early.get(io.output)
  const { classes, reason } = output === undefined ? { classes: 0, reason: `The output “${io.output}” is no tensor.` } : classesOf(output.type, output.dims, batch)
  if (classes > 0) next = flattenScores(next, output!.dims.length, notes)
  else notes.push(reason)
  next = dropUnused(dropDeadNodes(next))
  const last = next.graph.nodes.find((node) => node.outputs.includes(io.output))
  if (classes > 0 && /^(Log)?Softmax$/.test(last?.opType ?? '')) notes.push(`The network ends in ${last!.opType}; its scores are ${last!.opType === 'Softmax' ? 'probabilities' : 'logarithms of probabilities'}.`)
  const outputShape = classes > 0 ? [free ? batchSymbol : batch, classes] : null
  next = withGraph(next, { outputs: [{ name: io.output, type: classes > 0 ? 'float32' : 'other', shape: outputShape }] })
  const one = await probe(next, io.shape, batch, where)
  const shapes = free ? freeShapes(one, await probe(next, io.shape, 2, where)) : fixedShapes(one, batch)
  if (one.get(io.output) === undefined) fail('MODEL_OUTPUT_UNSUPPORTED', where, `The output “${io.output}” is no tensor.`)
  return { model: next, output: { name: io.output, classes }, batch: free ? 'free' : batch, shapes, notes }
}
