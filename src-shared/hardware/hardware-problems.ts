/** What does not fit together in a hardware description that is valid field by field, and what a device does not know. */
import { deviceCatalogue, retentionProblems } from '../devices'
import { problem, ProblemError, type Problem } from '../problems'
import { isConductanceDevice } from './device'
import { layerOverrideSchema, type Hardware } from './hardware'
import { hardwareInForce, hasResistance } from './in-force'

/** Above this the one-off solution of a tile takes minutes and gigabytes (30·n³ multiplications, 560·n² bytes). */
export const largestSolvedArray = 1024

/** Errors and warnings, for the description and for each layer that has sections of its own. */
export function hardwareProblems(hardware: Hardware, where = 'hardware'): Problem[] {
  const whole = sectionProblems(hardware, (section) => `${where}.${section}`)
  const isOfWhole = (found: Problem): boolean => whole.some((other) => other.where === found.where && other.message === found.message)
  const layers = Object.entries(hardware.layers).flatMap(([name, override]) => {
    if (override.digital) return []
    const own = Object.keys(layerOverrideSchema.shape).filter((section) => section !== 'digital' && override[section as keyof typeof override] !== undefined)
    if (own.length === 0) return []
    const resolved: Hardware = { ...hardware, ...Object.fromEntries(own.map((section) => [section, override[section as keyof typeof override]])) }
    const ofLayer = `${where}.layers.${name}.`
    // A field of the whole description that only fails together with the layer's own sections: the layer is said.
    return sectionProblems(resolved, (path) => (own.includes(path.split('.')[0] ?? '') ? `${ofLayer}${path}` : `${where}.${path}`)).map((found) =>
      found.where.startsWith(ofLayer) || isOfWhole(found) ? found : { ...found, message: `In layer ${name}: ${found.message}` })
  })
  const seen = new Set<string>()
  return [...whole, ...layers].filter(({ where: place, message }) => !seen.has(place + message) && seen.add(place + message))
}

/** Ends the operation with the first error of the description. */
export function requireConsistent(hardware: Hardware): void {
  const first = hardwareProblems(hardware).find(({ severity }) => severity === 'error')
  if (first !== undefined) throw new ProblemError(first)
}

function sectionProblems(hardware: Hardware, at: (path: string) => string): Problem[] {
  const found: Problem[] = []
  const refuse = (path: string, message: string, tip: string): void => void found.push(problem('HARDWARE_INVALID', at(path), message, { tip }))
  const { device, representation, cell, slices, programming, wires, retention, array, dac, adc, effects } = hardware
  const force = hardwareInForce(hardware)

  if (!isConductanceDevice(device)) {
    const needsCells = (path: string, what: string): void =>
      refuse(path, `${what} needs a device that stores conductances; the weight-referred device has none.`, 'Choose a conductance device (generic is the closest), or reset this field.')
    if (cell.kind === 'offset') needsCells('cell.kind', 'An offset cell')
    if (cell.digitization === 'separate') needsCells('cell.digitization', 'Digitising the currents of a pair separately')
    if (force.sliceCount > 1) needsCells('slices.bitsPerCell', 'Cutting weights into slices')
    if (effects.conductanceLevels && programming.levels > 0) needsCells('programming.levels', 'A number of conductance levels')
    if (effects.programmingError && programming.writeVerify.toleranceFraction > 0) needsCells('programming.writeVerify.toleranceFraction', 'Write–verify')
    if (effects.stuckFaults && programming.stuckAtMinimum + programming.stuckAtMaximum + programming.stuckAtRandom > 0) needsCells('programming.stuckAtMinimum', 'A share of stuck cells')
    if (effects.drift && retention.seconds > 0) needsCells('retention.seconds', 'Time since programming')
    if (effects.wireResistance && hasResistance(wires)) needsCells('wires.rowSegmentOhms', 'Wire resistance')
  } else {
    if (representation.scaleStatistic === 'half-range') {
      refuse('representation.scaleStatistic', 'Half-range scales let |m| exceed 1, which cells cannot hold.', 'Choose “automatic”, “max-abs” or “percentile”.')
    }
    if (effects.drift) found.push(...retentionProblems(device, retention.seconds, at('device')))
  }

  if (slices.bitsPerCell > 0 && slices.weightBits === 0) {
    refuse('slices.weightBits', 'Continuous weights have no bits to cut into slices.', 'Set the weight bits, or set the bits per cell to 0.')
  }
  if (cell.digitization === 'separate' && cell.kind === 'offset') refuse('cell.digitization', 'An offset cell has one current only.', 'Choose “together”, or differential cells.')

  if (force.wires !== null) {
    const size = (field: 'rows' | 'columns'): void => {
      if (array[field] === 0 || array[field] > largestSolvedArray) {
        refuse(`array.${field}`, `Wire resistance needs arrays of at most ${largestSolvedArray} ${field}; found ${array[field] === 0 ? 'unlimited' : array[field]}.`, `Set the ${field} of the array.`)
      }
    }
    size('rows')
    size('columns')
    if (wires.gatedInputs) {
      refuse('wires.gatedInputs', 'Rows that are switched off change the network of wires with every input, so that no single matrix describes the array.', 'Switch gated rows off, or set the wire resistances to 0.')
    }
    if (wires.arrangement === 'shared-columns' && (cell.kind === 'offset' || cell.digitization === 'separate')) {
      refuse('wires.arrangement', 'Shared column wires carry the difference of a pair of cells.', 'Choose separate arrays, or differential cells that are digitised together.')
    }
    if (isConductanceDevice(device) && deviceCatalogue[device.kind].quantity.unit !== 'µS') {
      refuse('wires.rowSegmentOhms', `${deviceCatalogue[device.kind].title} is described by currents, not by conductances.`, 'Choose a device with conductances, or set the wire resistances to 0.')
    }
  }

  if (dac.streaming === 'bit-serial' && force.dac !== null && dac.codes === 'mid-rise') {
    refuse('dac.codes', 'Bit-serial inputs need a code in which zero has no pulse.', 'Choose sign-and-magnitude codes.')
  }
  if (force.adc !== null && adc.range.kind === 'fixed') {
    const { minimum, perSlice } = adc.range
    if (minimum !== null && adc.codes !== 'mid-rise') refuse('adc.range.minimum', 'A lower end of its own needs mid-rise codes.', 'Choose mid-rise codes, or leave the lower end empty.')
    if (perSlice.length > 0 && perSlice.length !== force.sliceCount) {
      refuse('adc.range.perSlice', `Found ${perSlice.length} upper ends for ${force.sliceCount} slice${force.sliceCount === 1 ? '' : 's'}.`, 'Give one for each slice, or none.')
    }
  }
  return found
}
