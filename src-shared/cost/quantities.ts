/**
 * Every count of the estimate with its formula, as data: the screens print the formula that the code beside it evaluates.
 * Symbols: P positions, g groups, R×C matrix of a group, T_r×T_c tiles of a group, S slices, A cells per value, D
 * conversions per column, B reads per input vector, N = P·g·C outputs, V of which overlap, r = 1 with reference columns else 0.
 */
import { arraysOf, isAnalog, outputsOf, referenceColumns, type AnalogCostLayer, type CostLayer } from './inventory'
import type { FiguresInForce } from './settings'

export interface Quantity {
  label: string
  /** `image`: happens so often for one image. `hardware`: is there so often. */
  per: 'image' | 'hardware'
  formula: string
  meaning: string
}

/** Choices of the design that counts depend on; both are at least 1. */
export interface Sharing {
  columnsPerAdc: number
  arraysPerDriver: number
}

export const sharingOf = (figures: FiguresInForce): Sharing => ({ columnsPerAdc: figures.value('columnsPerAdc') ?? 1, arraysPerDriver: figures.value('arraysPerDriver') ?? 1 })

interface AnalogQuantity extends Quantity {
  of(layer: AnalogCostLayer, sharing: Sharing): number
}

/** Drivers that one row of the matrix needs: its column tiles, slices and cells of a pair, n_arr sharing one. */
const driversPerRow = ({ columnTiles, slices, cellsPerValue }: AnalogCostLayer, { arraysPerDriver }: Sharing): number => Math.ceil((columnTiles * slices * cellsPerValue) / arraysPerDriver)

/** Digitised values that are added into one output. */
export const codesPerOutput = ({ rowTiles, slices, reads, conversionsPerColumn }: AnalogCostLayer): number => rowTiles * slices * reads * conversionsPerColumn

const scalePerTile = ({ granularity }: AnalogCostLayer): boolean => granularity === 'tile' || granularity === 'tile-column'

/** Factors by which different parts of one output are multiplied before they are added: 1 where one factor fits all. */
export function factorsPerOutput(layer: AnalogCostLayer): number {
  const { stepPer, rowTiles, slices, conversionsPerColumn, exponentBits, compensation } = layer
  // A scale that is a power of two only shifts.
  const tiles = stepPer.tile || compensation === 'tile' || (scalePerTile(layer) && exponentBits === 0) ? rowTiles : 1
  // Compensation by tile has a gain for each slice as well.
  return tiles * (stepPer.slice || compensation === 'tile' ? slices : 1) * (stepPer.side ? conversionsPerColumn : 1)
}

const analogQuantities = {
  serialReads: {
    label: 'Reads one after another', per: 'image', formula: 'P·B', meaning: 'All arrays of a layer work at once; positions and reads of bit-serial inputs take turns.',
    of: ({ positions, reads }) => positions * reads
  },
  arrayReads: {
    label: 'Array reads', per: 'image', formula: 'P·B·g·T_r·T_c·S·A', meaning: 'Arrays that are read, each time.',
    of: (layer) => layer.positions * layer.reads * arraysOf(layer)
  },
  driverConversions: {
    label: 'Row conversions', per: 'image', formula: 'P·B·g·R·⌈T_c·S·A/n_arr⌉ (+ P·g·⌈T_c·S·A/n_arr⌉ for an analog bias)', meaning: 'DAC conversions: occupied rows that are driven, and the row of the bias once at each position.',
    of: (layer, sharing) => layer.positions * layer.groups * driversPerRow(layer, sharing) * (layer.reads * layer.rows + (layer.bias === 'analog' ? 1 : 0))
  },
  cellReads: {
    label: 'Cell reads', per: 'image', formula: 'P·B·g·R·S·A·(C + r·T_c) (+ N·S·A for an analog bias)', meaning: 'Occupied cells that carry current, those of reference columns and of the bias included.',
    of: (layer) => {
      const { positions, reads, groups, rows, columns, columnTiles, slices, cellsPerValue } = layer
      return positions * reads * groups * rows * slices * cellsPerValue * (columns + referenceColumns(layer) * columnTiles) + (layer.bias === 'analog' ? outputsOf(layer) * slices * cellsPerValue : 0)
    }
  },
  adcConversions: {
    label: 'ADC conversions', per: 'image', formula: 'P·B·g·T_r·S·(D·C + r·T_c)', meaning: 'Each column of each row tile, slice and read; twice where the currents of a pair are digitised apart; reference columns as well.',
    of: (layer) => {
      const { positions, reads, groups, rowTiles, columnTiles, columns, slices, conversionsPerColumn } = layer
      return positions * reads * groups * rowTiles * slices * (conversionsPerColumn * columns + referenceColumns(layer) * columnTiles)
    }
  },
  pairSubtractions: {
    label: 'Subtractions of a pair', per: 'image', formula: 'N·T_r·S·B·(D − 1)', meaning: 'Digital difference of the two currents of a pair.',
    of: (layer) => outputsOf(layer) * layer.rowTiles * layer.slices * layer.reads * (layer.conversionsPerColumn - 1)
  },
  shiftAdds: {
    label: 'Shift-and-adds', per: 'image', formula: 'N·T_r·(S·B − 1)', meaning: 'Putting slices and reads together.',
    of: (layer) => outputsOf(layer) * layer.rowTiles * (layer.slices * layer.reads - 1)
  },
  partialSumAdds: {
    label: 'Additions of partial sums', per: 'image', formula: 'N·(T_r − 1)', meaning: 'Adding the row tiles.',
    of: (layer) => outputsOf(layer) * (layer.rowTiles - 1)
  },
  overlapAdds: {
    label: 'Additions of overlapping products', per: 'image', formula: 'V', meaning: 'Transposed convolutions: products of neighbouring inputs that meet at one output; those that padding cuts off are counted too.',
    of: ({ overlaps }) => overlaps
  },
  referenceAdds: {
    label: 'Additions for the reference', per: 'image', formula: 'digital: P·g·(R − 1) + N;  column: P·g·T_c·(T_r·S·B − 1) + N', meaning: 'Offset cells: the sum of the inputs, or of the reference columns’ codes, and its subtraction from each output.',
    of: (layer) => {
      const { positions, groups, rows, columnTiles, rowTiles, slices, reads } = layer
      if (layer.reference === 'none') return 0
      return outputsOf(layer) + positions * groups * (layer.reference === 'digital' ? rows - 1 : columnTiles * (rowTiles * slices * reads - 1))
    }
  },
  referenceMultiplications: {
    label: 'Multiplications for the reference', per: 'image', formula: 'digital: P·g·F;  column: P·g·T_c·F', meaning: 'Offset cells: the sum of the inputs times the mid-range conductance, or the reference columns’ codes in their own steps.',
    of: (layer) => {
      if (layer.reference === 'none') return 0
      return layer.positions * layer.groups * factorsPerOutput(layer) * (layer.reference === 'column' ? layer.columnTiles : 1)
    }
  },
  scaleMultiplications: {
    label: 'Scale multiplications', per: 'image', formula: 'N·F, F = [T_r if tiles have factors of their own]·[S if slices have]·[D if the sides of a pair have]',
    meaning: 'One per output takes it to the next layer’s input code (re-quantisation); scale, converter steps and gains fold into it. Parts with factors of their own need one each before they are added.',
    of: (layer) => outputsOf(layer) * factorsPerOutput(layer)
  },
  compensationMultiplications: {
    label: 'of these, for drift compensation', per: 'image', formula: 'N·(F − F without compensation)', meaning: 'One gain per layer folds into the scale: 0. One per tile needs a multiplication of each partial sum, unless tiles have factors in any case.',
    of: (layer) => outputsOf(layer) * (factorsPerOutput(layer) - factorsPerOutput({ ...layer, compensation: 'none' }))
  },
  rangeComparisons: {
    label: 'Comparisons for dynamic ranges', per: 'image', formula: 'elements of the input, with a range for each vector', meaning: 'Finding the largest magnitude of each input vector.',
    of: ({ dynamicRange, inputElements }) => (dynamicRange ? inputElements : 0)
  },
  rangeMultiplications: {
    label: 'Multiplications for dynamic ranges', per: 'image', formula: 'elements of the input + N, with a range for each vector', meaning: 'Normalising the inputs, and undoing it at the outputs.',
    of: (layer) => (layer.dynamicRange ? layer.inputElements + outputsOf(layer) : 0)
  },
  biasAdds: {
    label: 'Bias additions', per: 'image', formula: 'N − V with a digital bias', meaning: 'An analog bias is a row of the arrays, whose current joins the column’s.',
    of: (layer) => (layer.bias === 'digital' ? outputsOf(layer) - layer.overlaps : 0)
  },
  bufferedValues: {
    label: 'Buffer accesses', per: 'image', formula: 'P·g·R + N', meaning: 'Values fetched and stored: every input vector is fetched whole at every position, without reuse of windows that overlap.',
    of: (layer) => layer.positions * layer.groups * layer.rows + outputsOf(layer)
  },
  arrays: { label: 'Arrays', per: 'hardware', formula: 'g·T_r·T_c·S·A', meaning: 'Every layer has arrays of its own, but for layers that share weights: their arrays, converters and drivers are counted with the first of them.', of: arraysOf },
  cells: {
    label: 'Cells', per: 'hardware', formula: 'arrays·rows of an array·(columns of an array + r) (+ g·T_c·S·A·columns of an array for an analog bias)', meaning: 'Whole arrays, unoccupied cells included; the bias is one more row.',
    of: (layer) => {
      const { arrayRows, arrayColumns, groups, columnTiles, slices, cellsPerValue } = layer
      return arraysOf(layer) * arrayRows * (arrayColumns + referenceColumns(layer)) + (layer.bias === 'analog' ? groups * columnTiles * slices * cellsPerValue * arrayColumns : 0)
    }
  },
  adcs: {
    label: 'ADCs', per: 'hardware', formula: 'g·T_r·T_c·S·(D·⌈columns of an array/n_col⌉ + r)', meaning: 'Converters of whole arrays; n_col columns take turns at one.',
    of: (layer, { columnsPerAdc }) => {
      const { groups, rowTiles, columnTiles, slices, conversionsPerColumn, arrayColumns } = layer
      return groups * rowTiles * columnTiles * slices * (conversionsPerColumn * Math.ceil(arrayColumns / columnsPerAdc) + referenceColumns(layer))
    }
  },
  drivers: {
    label: 'Row drivers', per: 'hardware', formula: 'g·T_r·rows of an array·⌈T_c·S·A/n_arr⌉ (+ g·⌈T_c·S·A/n_arr⌉ for an analog bias)', meaning: 'DACs of whole arrays; n_arr arrays with the same inputs share them.',
    of: (layer, sharing) => layer.groups * driversPerRow(layer, sharing) * (layer.rowTiles * layer.arrayRows + (layer.bias === 'analog' ? 1 : 0))
  }
} as const satisfies Record<string, AnalogQuantity>

export type AnalogQuantityId = keyof typeof analogQuantities
export type QuantityId = AnalogQuantityId | 'digitalMacs'
const digitalMacs: Quantity = { label: 'Multiply–accumulates of digital layers', per: 'image', formula: 'outputs·inputs of each', meaning: 'Layers that are computed digitally.' }

export const quantities: Readonly<Record<QuantityId, Quantity>> = { ...analogQuantities, digitalMacs }
export const quantityIds = Object.keys(quantities) as [QuantityId, ...QuantityId[]]
export type Counts = Record<QuantityId, number>

export function layerCounts(layer: CostLayer, sharing: Sharing): Counts {
  const counts = Object.fromEntries(quantityIds.map((id) => [id, 0])) as Counts
  if (!isAnalog(layer)) return { ...counts, digitalMacs: layer.macs }
  for (const [id, quantity] of Object.entries(analogQuantities) as [AnalogQuantityId, AnalogQuantity][]) {
    // Hardware that several layers share is there once, with the first of them.
    counts[id] = quantity.per === 'hardware' && layer.sharesArraysOf !== null ? 0 : quantity.of(layer, sharing)
  }
  return counts
}

export function sumCounts(all: readonly Counts[]): Counts {
  return Object.fromEntries(quantityIds.map((id) => [id, all.reduce((sum, counts) => sum + counts[id], 0)])) as Counts
}
