/** A compiled program on its way to the worker threads. */
import type { AnalogProgram } from '../analog/program'
import { splitModel } from '../onnx/split-model'
import type { SharedProgram } from '../workers/chip-bytes'
import { sharedBytes } from '../workers/shared-memory'

/**
 * `stored` names the parameters that sit in analog cells; `values` are the nominal values of all parameters, in shared memory.
 * From `inlineBytes` of weights on they stay outside of the message.
 */
export function shareProgram(program: AnalogProgram, stored: ReadonlySet<string>, values: readonly Float32Array[], inlineBytes?: number): SharedProgram {
  const { bytes, parts, offsets } = splitModel(program.model, inlineBytes)
  const slots = program.slots.map((slot) => {
    const place = offsets.get(slot.initializer)
    if (place === undefined) throw new Error(`${slot.initializer} was not written`)
    return { ...slot, pack: slot.pack === null ? null : sharedInts(slot.pack), ...place }
  })
  // A part that holds the values of a parameter as they are lies in shared memory already.
  const known = new Map(slots.flatMap(({ part, parameter, component, pack }) => (part !== null && pack === null && component.kind === 'value' ? [[part, bytesOf(values[parameter]!)] as const] : [])))
  return {
    model: { bytes: sharedBytes(bytes), parts: parts.map(({ path, data }, index) => ({ path, data: known.get(index) ?? sharedBytes(data) })) },
    slots,
    parameters: [...program.parameters],
    layerNames: [...program.layerNames],
    noise: program.noise,
    stored: program.parameters.flatMap(({ name }, p) => (stored.has(name) ? [p] : []))
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength)

function sharedInts(values: Int32Array): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(values.byteLength))
  shared.set(values)
  return shared
}
