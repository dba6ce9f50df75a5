/**
 * The description of analog hardware. Everything has a default, so `hardwareSchema.parse({})` is the paper's setting at
 * σ = 0.1 with ideal converters. What does not fit together is found by `hardwareProblems`.
 */
import { z } from 'zod'
import { programmingSchema } from '../devices'
import { documented } from '../devices/documentation'
import { arraySchema, wiresSchema } from './array'
import { cellSchema, retentionSchema, slicesSchema } from './cells'
import { adcSchema, dacSchema } from './converters'
import { deviceSchema } from './device'
import { effectSwitchesSchema } from './effect-switches'
import { representationSchema } from './representation'

/** The sections that one layer may have for itself; each replaces the whole section of the description. */
export const layerOverrideSchema = z.strictObject({
  /** The layer is computed digitally, without error; the rest is then without meaning. */
  digital: z.boolean().default(false),
  device: deviceSchema.optional(),
  programming: programmingSchema.optional(),
  representation: representationSchema.optional(),
  cell: cellSchema.optional(),
  slices: slicesSchema.optional(),
  retention: retentionSchema.optional(),
  array: arraySchema.optional(),
  wires: wiresSchema.optional(),
  dac: dacSchema.optional(),
  adc: adcSchema.optional(),
  effects: effectSwitchesSchema.optional()
})
export type LayerOverride = z.infer<typeof layerOverrideSchema>

export const hardwareSchema = z.strictObject({
  schemaVersion: z.literal(1).default(1),
  name: z.string().max(200).default('Untitled hardware'),
  device: deviceSchema.prefault({ kind: 'weight-referred' }),
  programming: programmingSchema.prefault({}),
  representation: representationSchema.prefault({}),
  cell: cellSchema.prefault({}),
  slices: slicesSchema.prefault({}),
  retention: retentionSchema.prefault({}),
  array: arraySchema.prefault({}),
  wires: wiresSchema.prefault({}),
  dac: dacSchema.prefault({}),
  adc: adcSchema.prefault({}),
  calibrationImages: documented(z.int().min(1).max(4096).default(64), {
    label: 'Calibration images', meaning: 'Images of the training split that set calibrated converter ranges.'
  }),
  effects: effectSwitchesSchema.prefault({}),
  /** Layers that stay digital whatever the network: first and last in the order of computation. */
  digitalLayers: z
    .strictObject({
      first: documented(z.boolean().default(false), { label: 'First layer digital', meaning: 'The first analog layer of the network is computed digitally instead.' }),
      last: documented(z.boolean().default(false), { label: 'Last layer digital', meaning: 'The last analog layer of the network is computed digitally instead.' })
    })
    .prefault({}),
  /** Overrides by the name of the layer's node. */
  layers: z.record(z.string().min(1).max(1000), layerOverrideSchema).default({})
})
export type Hardware = z.infer<typeof hardwareSchema>
export type HardwareInput = z.input<typeof hardwareSchema>

/** What holds for one layer: the description with the layer's own sections, or `digital`. */
export type LayerHardware = Hardware | 'digital'

/** Resolves the hardware of the layer at `index` of `names`, the analog layers of the network in order. */
export function layerHardware(hardware: Hardware, names: readonly string[], index: number): LayerHardware {
  if ((hardware.digitalLayers.first && index === 0) || (hardware.digitalLayers.last && index === names.length - 1)) return 'digital'
  const override = hardware.layers[names[index]!]
  if (override === undefined) return hardware
  const { digital, ...sections } = override
  if (digital) return 'digital'
  const given = Object.fromEntries(Object.entries(sections).filter(([, section]) => section !== undefined))
  return { ...hardware, ...given }
}

export const idealHardware = (): Hardware => hardwareSchema.parse({ name: 'Ideal', device: { kind: 'weight-referred', sigma: 0 } })
