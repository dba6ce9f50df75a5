/** Area of arrays and converters, and the time of one layer, each with its formula. */
import type { FigureId } from './figures'
import { isAnalog, type CostLayer } from './inventory'
import type { Counts } from './quantities'

export interface AreaTerm {
  label: string
  formula: string
  needs(layer: CostLayer, counts: Counts): FigureId[]
  /** In square metres. */
  squareMetres(layer: CostLayer, counts: Counts, figure: (id: FigureId) => number): number
}

const oneBit = (layer: CostLayer): boolean => isAnalog(layer) && layer.bitsPerRead === 1

const parts = {
  cells: {
    label: 'Cells', formula: 'cells · A_cell',
    needs: (_layer: CostLayer, counts: Counts): FigureId[] => (counts.cells > 0 ? ['cellArea'] : []),
    squareMetres: (_layer: CostLayer, counts: Counts, figure: (id: FigureId) => number): number => (counts.cells > 0 ? counts.cells * figure('cellArea') : 0)
  },
  adcs: {
    label: 'ADCs', formula: 'ADCs · A_ADC',
    needs: (_layer: CostLayer, counts: Counts): FigureId[] => (counts.adcs > 0 ? ['adcArea'] : []),
    squareMetres: (_layer: CostLayer, counts: Counts, figure: (id: FigureId) => number): number => (counts.adcs > 0 ? counts.adcs * figure('adcArea') : 0)
  },
  drivers: {
    label: 'DACs and row drivers', formula: 'row drivers · A_DAC; one bit: row drivers · A_drv',
    needs: (layer: CostLayer, counts: Counts): FigureId[] => (counts.drivers > 0 ? [oneBit(layer) ? 'driverArea' : 'dacArea'] : []),
    squareMetres: (layer: CostLayer, counts: Counts, figure: (id: FigureId) => number): number => (counts.drivers > 0 ? counts.drivers * figure(oneBit(layer) ? 'driverArea' : 'dacArea') : 0)
  }
} as const satisfies Record<string, AreaTerm>

export type AreaId = keyof typeof parts
export const areaIds = Object.keys(parts) as [AreaId, ...AreaId[]]
export const areaTerms: Readonly<Record<AreaId, AreaTerm>> = parts

export const layerTime = {
  label: 'Time of a layer',
  formula: 'P·B · (t_read + min(n_col, columns of an array)·t_ADC); digital layers: multiply–accumulates / R_MAC',
  meaning: 'Positions and reads one after another, all arrays of the layer at once; converters take turns after the read. Digital sums, scaling and buffers are taken to keep up.',
  needs: (layer: CostLayer): FigureId[] => (isAnalog(layer) ? ['readTime', 'adcTime', 'columnsPerAdc'] : layer.macs > 0 ? ['digitalRate'] : []),
  /** In seconds. */
  seconds(layer: CostLayer, counts: Counts, figure: (id: FigureId) => number): number {
    if (!isAnalog(layer)) return layer.macs > 0 ? layer.macs / figure('digitalRate') : 0
    return counts.serialReads * (figure('readTime') + Math.min(figure('columnsPerAdc'), layer.arrayColumns) * figure('adcTime'))
  }
}
