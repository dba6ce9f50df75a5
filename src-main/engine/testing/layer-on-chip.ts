/** One layer on one chip instance, for tests: compiled, calibrated on given inputs, programmed and run as simulations do it. */
import * as ort from 'onnxruntime-node'
import type { Hardware } from '@shared/hardware'
import { compileAnalog, type CompileOptions, needsCalibration, needsInputRangesFirst, parameterValues, storedInAnalog } from '../analog/compile'
import type { AnalogProgram, Calibration } from '../analog/program'
import type { Model } from '../onnx/graph'
import type { Network } from '../onnx/network'
import { createSession } from '../onnx/session'
import { splitModel, type SerializedModel } from '../onnx/split-model'
import { noiseWindows } from '../simulate/classify-images'
import { observe, valuesOf, visitOutputs } from '../workers/calibrate'
import { programmedModel } from '../workers/chip-bytes'

export interface Inputs {
  /** [N, …] */
  dims: readonly number[]
  data: Float32Array
}

/** Converter ranges from `inputs`. */
export async function calibrateOn(network: Network, hardware: Hardware, inputs: Inputs, options: CompileOptions = {}): Promise<Calibration> {
  if (!needsCalibration(network, hardware)) return new Map()
  const first = await probe(network, hardware, inputs, new Map(), options)
  if (!needsInputRangesFirst(network, hardware)) return first
  const ranges = new Map([...first].filter(([id]) => id.startsWith('dac:')))
  return new Map([...ranges, ...(await probe(network, hardware, inputs, ranges, options))])
}

async function probe(network: Network, hardware: Hardware, inputs: Inputs, known: Calibration, options: CompileOptions): Promise<Calibration> {
  const program = compileAnalog(network, hardware, { known, probing: true }, options)
  const values = valuesOf(program.points)
  const model: Model = { ...program.model, graph: { ...program.model.graph, outputs: values.map((name) => ({ name, type: 'float32', shape: null })) } }
  const session = await createSession(model)
  try {
    const outputs = await session.run({ [program.input]: new ort.Tensor('float32', inputs.data, inputs.dims) }, values)
    const found = await observe(program.points, async (visit) => visitOutputs(program.points, outputs, visit))
    return new Map(found.map(({ id, range }) => [id, range]))
  } finally {
    await session.release()
  }
}

export interface ChipRun {
  seed: number
  chipInstance: number
  /** Number of the first image, which names its reads. */
  firstImage?: number
}

/** The output for `inputs` on one chip instance. */
export async function runOnChip(network: Network, hardware: Hardware, inputs: Inputs, run: ChipRun, calibration?: Calibration, options: CompileOptions = {}): Promise<Float32Array> {
  const program = compileAnalog(network, hardware, calibration ?? (await calibrateOn(network, hardware, inputs, options)), options)
  const session = await createSession(programOf(network, hardware, program, run))
  try {
    const feeds: Record<string, ort.Tensor> = { [program.input]: new ort.Tensor('float32', inputs.data, inputs.dims) }
    if (program.noise !== null) {
      const images = Int32Array.from({ length: inputs.dims[0]! }, (_, i) => (run.firstImage ?? 0) + i)
      feeds[program.noise.input] = new ort.Tensor('int32', noiseWindows({ ...program.noise, ...run }, images), [images.length, program.noise.count])
    }
    return (await session.run(feeds, [program.output]))[program.output]!.data as Float32Array
  } finally {
    await session.release()
  }
}

function programOf(network: Network, hardware: Hardware, program: AnalogProgram, run: ChipRun): SerializedModel {
  const { bytes, parts, offsets } = splitModel(program.model)
  const stored = new Set(storedInAnalog(program.parameters, program.layerNames, hardware).map(({ name }) => name))
  return programmedModel(
    {
      model: { bytes, parts }, parameters: [...program.parameters], layerNames: [...program.layerNames], noise: program.noise,
      slots: program.slots.map((slot) => ({ ...slot, ...offsets.get(slot.initializer)! })),
      stored: program.parameters.flatMap(({ name }, p) => (stored.has(name) ? [p] : []))
    },
    parameterValues(network.model.graph, program.parameters),
    { hardware, seed: run.seed, chipInstance: run.chipInstance }
  )
}
