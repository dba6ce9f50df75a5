/** ONNX Runtime sessions as this program makes them. A session holds native memory: `release()` it. */
import * as ort from 'onnxruntime-node'
import { ProblemError, fail } from '@shared/problems'
import type { Provider } from '@shared/providers'
import type { Model } from './graph'
import { runtimeNames } from './providers'
import { splitModel, type SerializedModel } from './split-model'

export interface SessionOptions {
  /** Graph optimisation by ONNX Runtime; `all` unless said. `basic` stays in standard operators. */
  optimization?: 'disabled' | 'basic' | 'extended' | 'all'
  /** Only for a {@link Model}: values to expose in place of the graph's own outputs. */
  outputs?: readonly string[]
  /** Threads within one operator; 1 unless said, so that results do not depend on the machine. */
  intraOpThreads?: number
  /** Writes the optimised model there. */
  optimizedModelFile?: string
  /** Puts the weights of the optimised model into a file of this name beside it: as one message it can be too large. */
  optimizedWeightsFile?: string
  /** Profiles every operator; `endProfiling()` writes a file of this beginning. */
  profileFilePrefix?: string
  /** Off: memory is not planned as one block from what the first run took. The block comes on top of what that run leaves, which doubles the memory of large graphs. */
  memoryPattern?: boolean
  /** What computes; the CPU unless said, and always for what the provider has no kernels for. */
  provider?: Provider
  /** Refuses a model of which the CPU would have to compute a part. */
  withoutCpu?: boolean
  /** Names the model in problems. */
  where?: string
}

/** Errors only: the runtime's warnings about optimised initialisers and versions are of no use to a person. */
const logSeverityError = 3

/** Creates a session. A model that ONNX Runtime refuses is the problem MODEL_RUNTIME_REJECTED. */
export async function createSession(model: Uint8Array | SerializedModel | Model, options: SessionOptions = {}): Promise<ort.InferenceSession> {
  const provider = options.provider ?? 'cpu'
  const { bytes, parts } = serialized(model, options.outputs)
  try {
    return await ort.InferenceSession.create(bytes, {
      executionProviders: provider === 'cpu' ? ['cpu'] : options.withoutCpu === true ? [runtimeNames[provider]] : [runtimeNames[provider], 'cpu'],
      graphOptimizationLevel: options.optimization ?? 'all',
      intraOpNumThreads: options.intraOpThreads ?? 1,
      interOpNumThreads: 1,
      logSeverityLevel: logSeverityError,
      enableMemPattern: options.memoryPattern ?? true,
      // Converters are written as QuantizeLinear/DequantizeLinear pairs. Left on, the runtime would take them for a
      // quantised network and move or fuse the products between them, which changes what is simulated.
      extra: { session: { disable_quant_qdq: '1', ...(options.optimizedWeightsFile === undefined ? {} : externalWeights(options.optimizedWeightsFile)), ...(options.withoutCpu === true ? { disable_cpu_ep_fallback: '1' } : {}) } },
      ...(parts.length === 0 ? {} : { externalData: parts }),
      ...(options.optimizedModelFile === undefined ? {} : { optimizedModelFilePath: options.optimizedModelFile }),
      ...(options.profileFilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profileFilePrefix })
    })
  } catch (thrown) {
    rejected(thrown, options.where ?? 'model')
  }
}

function serialized(model: Uint8Array | SerializedModel | Model, outputs: readonly string[] | undefined): SerializedModel {
  if (model instanceof Uint8Array) return { bytes: model, parts: [] }
  if (!('graph' in model)) return model
  return splitModel(outputs === undefined ? model : exposing(model, outputs))
}

const externalWeights = (file: string): Record<string, string> => ({ optimized_model_external_initializers_file_name: file, optimized_model_external_initializers_min_size_in_bytes: '4096' })

function exposing(model: Model, outputs: readonly string[]): Model {
  // Without a type: ONNX Runtime infers it.
  return { ...model, graph: { ...model.graph, outputs: outputs.map((name) => ({ name, type: 'other' as const, shape: null })) } }
}

/** Runs a session and returns the outputs by name; a native failure is the problem MODEL_RUNTIME_REJECTED. */
export async function runSession(
  session: ort.InferenceSession,
  feeds: Readonly<Record<string, ort.Tensor>>,
  where = 'model',
  outputs?: readonly string[]
): Promise<ort.InferenceSession.OnnxValueMapType> {
  try {
    return await (outputs === undefined ? session.run(feeds) : session.run(feeds, outputs))
  } catch (thrown) {
    rejected(thrown, where)
  }
}

/** A float32 tensor in and out of a run. */
export interface FloatArray {
  dims: readonly number[]
  data: Float32Array
}

export const floatTensor = (value: FloatArray): ort.Tensor => new ort.Tensor('float32', value.data, value.dims)

/** Runs a session on float32 feeds; an output that is not float32 is a fault of the caller. */
export async function runFloat(session: ort.InferenceSession, feeds: Readonly<Record<string, FloatArray>>): Promise<Record<string, FloatArray>> {
  const tensors = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, floatTensor(value)]))
  const results: Record<string, FloatArray> = {}
  for (const [name, tensor] of Object.entries(await runSession(session, tensors))) {
    if (!(tensor.data instanceof Float32Array)) throw new Error(`Output “${name}” is ${tensor.type}, not float32`)
    results[name] = { dims: tensor.dims, data: tensor.data }
  }
  return results
}

function rejected(thrown: unknown, where: string): never {
  if (thrown instanceof ProblemError) throw thrown
  fail('MODEL_RUNTIME_REJECTED', where, `ONNX Runtime says: ${runtimeMessage(thrown)}`)
}

/** The part of a native message that concerns the model: without source files, line numbers and signatures. */
export function runtimeMessage(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return text
    .replace(/\S*\/onnxruntime\/\S*:\d+\s+/g, '')
    .replace(/\s+/g, ' ')
    .replace(/^\s*[\w:<>&*, ]*onnxruntime::.*?\)( const)? (?=\S)/, '')
    .trim()
    .slice(0, 500)
}
