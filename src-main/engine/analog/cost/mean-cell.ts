/** The mean conductance of a layer's cells as its weights program them, without errors: what the energy of a read follows from. */
import { deviceCatalogue } from '@shared/devices'
import type { AnalogCostLayer } from '@shared/cost'
import type { HardwareInForce } from '@shared/hardware'
import { cellPlan } from '../cells/cell-plan'
import { conductanceDevice } from '../conductance'
import { weightCount, type WeightLayout } from '../weight-layout'

/** m = w/s within ±1; an element without scale is zero. */
function mantissasOf(values: Float32Array, scale: number | Float32Array): Float32Array {
  return values.map((value, i) => {
    const s = typeof scale === 'number' ? scale : scale[i]!
    return s === 0 ? 0 : Math.min(1, Math.max(-1, value / s))
  })
}

/**
 * Mean over all cells of weights (every slice and side) and of reference columns, one reference cell for each row of each
 * column tile. Null where the device has no conductances.
 */
export function meanCell(force: HardwareInForce, layout: WeightLayout, columnTiles: number, values: Float32Array, scale: number | Float32Array): AnalogCostLayer['meanCell'] {
  const device = force.conductance
  if (device === null) return null
  const plan = cellPlan(force, conductanceDevice(device).range(device))
  const mantissas = mantissasOf(values, scale)
  const referenceCells = force.cell.kind === 'offset' && force.cell.reference === 'column' ? layout.groups * layout.rows * columnTiles : 0
  let sum = 0
  plan.slices.forEach(({ reference }, slice) => {
    for (const side of plan.sides) for (const goal of plan.goals(mantissas, slice, side)) sum += goal
    sum += (reference ?? 0) * referenceCells
  })
  const cells = plan.slices.length * (weightCount(layout) * plan.sides.length + referenceCells)
  return { value: sum / cells, unit: deviceCatalogue[device.kind].quantity.unit }
}
