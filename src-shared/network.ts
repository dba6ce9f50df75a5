/** What is known of an imported network: the import report, one entry per node, and the graph as it is drawn. */
import { z } from 'zod'

export const placementSchema = z.enum(['analog', 'digital', 'unsupported'])
export type Placement = z.infer<typeof placementSchema>

export const nodeReportSchema = z.object({
  /** Unique within the network. */
  name: z.string(),
  opType: z.string(),
  domain: z.string(),
  placement: placementSchema,
  /** Why it is placed there, in one sentence. */
  reason: z.string(),
  /** Weights and biases of this node. */
  parameters: z.int(),
  /** Multiply–accumulate operations for one image; 0 for nodes without a matrix product. */
  macs: z.int(),
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  /** Shape of the first output with N for the batch, for example ["N", 64, 16, 16]. */
  outputShape: z.array(z.union([z.int(), z.literal('N')])),
  attributes: z.record(z.string(), z.string()),
  /** Only for analog nodes: the matrix that is mapped to arrays, once per group. Layers that share weights lie on the arrays of the first of them. */
  matrix: z.object({ rows: z.int(), columns: z.int(), groups: z.int(), weightShape: z.array(z.int()), hasBias: z.boolean(), sharesArraysOf: z.string().nullable().default(null) }).nullable()
})
export type NodeReport = z.infer<typeof nodeReportSchema>

/** An input or output of the file: free dimensions by name, or empty. */
export const valueChoiceSchema = z.object({ name: z.string(), type: z.string(), shape: z.array(z.union([z.number(), z.string()])).nullable() })
export type ValueChoice = z.infer<typeof valueChoiceSchema>

/** Which input takes the images and which output holds the scores, by name. */
export const interfaceChoiceSchema = z.object({ input: z.string().optional(), output: z.string().optional() })
export type InterfaceChoice = z.infer<typeof interfaceChoiceSchema>

export const networkReportSchema = z.object({
  name: z.string(),
  /** SHA-256 of the file as it was imported. */
  sha256: z.string(),
  bytes: z.int(),
  producer: z.string(),
  irVersion: z.int(),
  /** Operator-set version of the default domain in the imported file. */
  opset: z.int(),
  input: z.object({ name: z.string(), shape: z.array(z.union([z.int(), z.literal('N')])) }),
  output: z.object({ name: z.string(), classes: z.int() }),
  /** What the file offers, where that is more than one input or output; others can be chosen by name. */
  choices: z.object({ inputs: z.array(valueChoiceSchema), outputs: z.array(valueChoiceSchema) }).optional(),
  /** `fixed` when the network's own computation ties it to the batch size that the exporter wrote. */
  batch: z.enum(['free', 'freed', 'fixed']),
  parameters: z.int(),
  /** Parameters that are stored in analog arrays. */
  analogParameters: z.int(),
  macs: z.int(),
  analogLayers: z.int(),
  nodes: z.array(nodeReportSchema),
  /** What the import changed or noticed, in plain words. */
  notes: z.array(z.string())
})
export type NetworkReport = z.infer<typeof networkReportSchema>

/** Histogram of one layer's weights. */
export const histogramSchema = z.object({ minimum: z.number(), maximum: z.number(), counts: z.array(z.int()) })
export type Histogram = z.infer<typeof histogramSchema>

export const layerWeightsSchema = z.object({
  node: z.string(),
  weights: histogramSchema,
  bias: histogramSchema.nullable(),
  weightHalfRange: z.number(),
  biasHalfRange: z.number().nullable()
})
export type LayerWeights = z.infer<typeof layerWeightsSchema>

/**
 * How one analog layer falls onto the arrays of its own hardware. A layer that stays digital has no entry. Rows of biases and
 * reference columns are not counted.
 */
export const tileCountSchema = z.object({
  node: z.string(),
  /** The layer whose arrays this one is computed on as well: they are counted there, and tiles, arrays and cells are 0 here. */
  sharesArraysOf: z.string().nullable(),
  /** Cuts of the matrix of one group, along its rows and along its columns. */
  rowTiles: z.int(),
  columnTiles: z.int(),
  groups: z.int(),
  /** groups · rowTiles · columnTiles; 0 on shared arrays. */
  tiles: z.int(),
  /** Bit slices of a weight; each has arrays of its own. */
  slices: z.int(),
  /** Cells that hold one slice of one value: 2 for differential pairs, 1 for offset cells and for the weight-referred device. */
  cellsPerValue: z.int(),
  /** Physical arrays: tiles · slices · cellsPerValue. */
  arrays: z.int(),
  /** Size of one array; that of the layer's own matrix where the description sets no limit. */
  arrayRows: z.int(),
  arrayColumns: z.int(),
  /** Cells that hold weights, and all cells of the arrays. */
  occupiedCells: z.int(),
  cells: z.int(),
  /** Occupancy: occupiedCells / cells, in (0, 1]. */
  utilisation: z.number()
})
export type TileCount = z.infer<typeof tileCountSchema>
