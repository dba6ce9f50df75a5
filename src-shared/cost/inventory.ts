/**
 * What of a network lies on which hardware, without any figure: the engine reads it from (network, hardware), and every
 * count follows from it (quantities.ts). All sizes are for one image.
 */
import { z } from 'zod'
import { scaleGranularities } from '../hardware'

const count = z.int().min(0)

export const analogCostLayerSchema = z.strictObject({
  kind: z.literal('analog'),
  node: z.string(),
  operator: z.string(),
  /** The layer on whose arrays this one is computed as well: its hardware is counted there. */
  sharesArraysOf: z.string().nullable(),
  /** P: input vectors that pass the matrix: output positions of a convolution, input positions of a transposed one. */
  positions: count,
  /** Elements of the layer's input. */
  inputElements: count,
  /** V: outputs of the matrix beyond those of the layer, because products overlap (transposed convolutions); else 0. */
  overlaps: count,
  /** g matrices of R inputs by C outputs. */
  groups: count,
  rows: count,
  columns: count,
  /** T_r and T_c, per group. */
  rowTiles: count,
  columnTiles: count,
  /** Size of one array; of the largest tile where arrays are unlimited. */
  arrayRows: count,
  arrayColumns: count,
  /** S, and the bits by which neighbouring slices are shifted. */
  slices: count,
  sliceBits: count,
  /** A: cells (and so arrays) that hold one value of one slice. */
  cellsPerValue: z.literal([1, 2]),
  /** D: 2 where the two currents of a pair are digitised apart. */
  conversionsPerColumn: z.literal([1, 2]),
  /** How the mid-range current of offset cells is subtracted. */
  reference: z.enum(['none', 'digital', 'column']),
  /** Resolution of the DAC; null: ideal. */
  inputBits: z.int().nullable(),
  /** Inputs come as reads of some bits each. */
  bitSerial: z.boolean(),
  /** B: reads for one input vector. */
  reads: count,
  /** Bits of one read; null where the DAC is ideal. */
  bitsPerRead: z.int().nullable(),
  inputSigned: z.boolean(),
  /** `described`: the hardware says so. `network`: follows from the operators before the layer. `assumed`: negative inputs cannot be excluded. */
  inputSignFrom: z.enum(['described', 'network', 'assumed']),
  /** Each input vector has a range of its own. */
  dynamicRange: z.boolean(),
  /** Resolution of the ADC; null: ideal. */
  outputBits: z.int().nullable(),
  /** What gives the converters of different tiles, slices or sides different steps, so that their codes must be multiplied before they are added. */
  stepPer: z.strictObject({ tile: z.boolean(), slice: z.boolean(), side: z.boolean() }),
  granularity: z.enum(scaleGranularities),
  /** 0: real scales; else scales are powers of two. */
  exponentBits: count,
  bias: z.enum(['none', 'analog', 'digital']),
  compensation: z.enum(['none', 'global', 'tile']),
  /** Mean of all cells as programmed without error, reference columns included; null: the device has no conductances. */
  meanCell: z.strictObject({ value: z.number(), unit: z.enum(['µS', 'nA']) }).nullable(),
  /** Duration of a read that the device's model states. */
  deviceReadSeconds: z.number().nullable()
})
export type AnalogCostLayer = z.infer<typeof analogCostLayerSchema>

export const digitalCostLayerSchema = z.strictObject({
  kind: z.literal('digital'),
  node: z.string(),
  operator: z.string(),
  macs: count,
  /** Why it is not on arrays. */
  reason: z.string()
})
export type DigitalCostLayer = z.infer<typeof digitalCostLayerSchema>

export const costLayerSchema = z.discriminatedUnion('kind', [analogCostLayerSchema, digitalCostLayerSchema])
export type CostLayer = z.infer<typeof costLayerSchema>

export const costInventorySchema = z.strictObject({
  network: z.string(),
  /** In the order of computation; only nodes with multiply–accumulates. */
  layers: z.array(costLayerSchema),
  /** Operators of the network that compute but are not counted: activations, pooling, additions of branches. */
  uncountedOperators: z.array(z.string())
})
export type CostInventory = z.infer<typeof costInventorySchema>

export const isAnalog = (layer: CostLayer): layer is AnalogCostLayer => layer.kind === 'analog'

/** N: outputs of the matrix, and of the layer unless they overlap. */
export const outputsOf = ({ positions, groups, columns }: AnalogCostLayer): number => positions * groups * columns

/** T·S·A: arrays that are read for an input vector. */
export const arraysOf = ({ groups, rowTiles, columnTiles, slices, cellsPerValue }: AnalogCostLayer): number => groups * rowTiles * columnTiles * slices * cellsPerValue

/** 1 where each array has a reference column. */
export const referenceColumns = ({ reference }: AnalogCostLayer): number => (reference === 'column' ? 1 : 0)

/** Multiply–accumulates of the network's matrix, however they are carried out. */
export const macsOf = (layer: CostLayer): number => (layer.kind === 'digital' ? layer.macs : outputsOf(layer) * layer.rows)
