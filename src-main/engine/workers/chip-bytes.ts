/** A private copy of a program's weights in which one chip instance is programmed. */
import type { Hardware } from '@shared/hardware'
import { normalPool, Programmer } from '../analog/chip-instance'
import type { ProgrammedParameter } from '../analog/chip/components'
import { packInto, type ProgramSlot } from '../analog/program'
import type { StoredParameter } from '../analog/scales'
import type { ContentPlace, SerializedModel } from '../onnx/split-model'
import type { StreamName } from '../random/streams'
import { ownMessage } from './shared-memory'

/** A serialised program with what is needed to program it. */
export interface SharedProgram {
  /** Serialised model with nominal weights, in shared memory. */
  model: SerializedModel
  /** Where the raw data of each slot's initialiser lies in `model`. */
  slots: (ProgramSlot & ContentPlace)[]
  parameters: StoredParameter[]
  /** Positions in `parameters` that sit in analog cells. */
  stored: number[]
  layerNames: string[]
  /** See AnalogProgram. */
  noise: { input: string; count: number } | null
}

/** One chip instance of one run. */
export interface ChipName {
  hardware: Hardware
  seed: number
  chipInstance: number
}

/**
 * @param values Nominal values of all parameters; null: those in the program.
 * @param chip Null: the nominal values themselves.
 */
export function programmedModel(program: SharedProgram, values: readonly Float32Array[] | null, chip: ChipName | null): SerializedModel {
  const { bytes, parts: shared } = ownMessage(program.model)
  if (values === null) return { bytes, parts: shared }
  const own = new Map<number, Uint8Array>()
  const contentsAt = (part: number | null): Uint8Array => {
    if (part === null) return bytes
    const known = own.get(part) ?? new Uint8Array(shared[part]!.data)
    own.set(part, known)
    return known
  }
  const programmed = chip === null ? new Map<number, ProgrammedParameter>() : programChip(program, values, chip)
  // The pieces of one array are slots one after the other: it is computed once for all of them.
  let lastKey = ''
  let content: Float32Array | null = null
  for (const { parameter, component, pack, part, offset, length } of program.slots) {
    const key = `${parameter}:${JSON.stringify(component)}`
    if (key !== lastKey) content = contentOf(values, programmed, chip, parameter, component)
    lastKey = key
    if (content === null) continue
    if (pack === null) {
      contentsAt(part).set(new Uint8Array(content.buffer, content.byteOffset, content.byteLength), offset)
      continue
    }
    const packed = new Float32Array(length / 4)
    packInto(packed, content, pack)
    contentsAt(part).set(new Uint8Array(packed.buffer), offset)
  }
  return { bytes, parts: shared.map((part, index) => ({ ...part, data: own.get(index) ?? part.data })) }
}

/** What goes into a slot; null leaves what the program holds. */
function contentOf(
  values: readonly Float32Array[], programmed: ReadonlyMap<number, ProgrammedParameter>, chip: ChipName | null, parameter: number, component: ProgramSlot['component']
): Float32Array | null {
  if (component.kind === 'normals') return chip === null ? null : normalPool(chip.seed, chip.chipInstance)
  const found = programmed.get(parameter)
  if (found !== undefined) return found.component(component)
  return component.kind === 'value' || component.kind === 'nominal' ? values[parameter]! : null
}

function programChip({ parameters, stored, layerNames, slots }: SharedProgram, values: readonly Float32Array[], chip: ChipName): Map<number, ProgrammedParameter> {
  const programmer = new Programmer(stored.map((p) => parameters[p]!), layerNames, chip.hardware)
  const needsChip = programmer.acts || slots.some(({ component }) => component.kind !== 'value' && component.kind !== 'nominal')
  if (!needsChip) return new Map()
  const made = programmer.chip(stored.map((p) => values[p]!), (p) => chipStream(chip.seed, chip.chipInstance, stored[p]!))
  return new Map(stored.map((p, i) => [p, made[i]!]))
}

/** The stream of one parameter of one chip instance: the same devices at every point of a sweep. */
export const chipStream = (seed: number, chipInstance: number, parameter: number): StreamName => ({
  seed,
  purpose: 'programming',
  at: [chipInstance, parameter]
})
