/** One physical array: its size and its wires. */
import { z } from 'zod'
import { documented } from '../devices/documentation'

/** 0 means unlimited. A matrix larger than one array is cut into tiles. */
export const arraySchema = z.strictObject({
  rows: documented(z.int().min(0).max(65536).default(0), { label: 'Rows', meaning: 'Inputs of one array; 0 is unlimited. Each tile of rows has converters of its own.' }),
  columns: documented(z.int().min(0).max(65536).default(0), { label: 'Columns', meaning: 'Outputs of one array; 0 is unlimited.' })
})
export type ArrayLimits = z.infer<typeof arraySchema>

const resistance = (label: string, meaning: string) => documented(z.number().min(0).max(1e6).default(0), { label, unit: 'Ω', meaning })

/** Resistances of the wires, in ohm. Inference then uses the exact transfer matrix of each programmed tile. */
export const wiresSchema = z.strictObject({
  rowSegmentOhms: resistance('Row wire, per cell', 'Resistance of the row wire from one cell to the next.'),
  columnSegmentOhms: resistance('Column wire, per cell', 'Resistance of the column wire from one cell to the next.'),
  driverOhms: resistance('Driver', 'Resistance between a row’s driver and its wire.'),
  senseOhms: resistance('Sense', 'Resistance between a column’s wire and its virtual ground.'),
  arrangement: documented(z.enum(['separate', 'shared-columns']).default('separate'), {
    label: 'Arrangement', meaning: 'The two cells of a pair in arrays of their own, or on one column wire with rows driven with opposite signs. Differential cells only.',
    choices: { separate: 'Separate arrays', 'shared-columns': 'Shared column wires' }
  }),
  gatedInputs: documented(z.boolean().default(false), {
    label: 'Gated rows', meaning: 'Rows without input are disconnected by their access transistors. The network of wires then depends on every input: not simulated, refused together with wire resistance.'
  })
})
export type Wires = z.infer<typeof wiresSchema>
