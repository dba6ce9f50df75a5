/**
 * Energy of one image by component: count times figure, each with the formula that the code beside it evaluates. Where a
 * figure is missing the term names it instead of a number.
 */
import type { FigureId } from './figures'
import { isAnalog, type AnalogCostLayer, type CostLayer } from './inventory'
import { codesPerOutput, type Counts } from './quantities'

export interface EnergyTerm {
  label: string
  formula: string
  meaning: string
  /** Figures that this layer's term depends on. */
  needs(layer: CostLayer, counts: Counts): FigureId[]
  /** In joules; `figure` gives values in SI units and is asked for what {@link needs} lists only. */
  joules(layer: CostLayer, counts: Counts, figure: (id: FigureId) => number): number
}

type Figure = (id: FigureId) => number

const inputBits = (layer: AnalogCostLayer, figure: Figure): number => layer.inputBits ?? figure('idealBits')
const outputBits = (layer: AnalogCostLayer, figure: Figure): number => layer.outputBits ?? figure('idealBits')

/** Bits of the sum of all codes of one output: of a code, of the shifts, and ⌈log₂⌉ of the codes that meet at one shift. */
export function accumulatorBits(layer: AnalogCostLayer, figure: Figure): number {
  const shifts = (layer.slices - 1) * layer.sliceBits + (layer.reads - 1) * (layer.bitsPerRead ?? 0)
  return outputBits(layer, figure) + shifts + Math.ceil(Math.log2(codesPerOutput(layer) / (layer.slices * layer.reads)))
}

/** A pulse that is on or off needs a driver, not a DAC. */
const isOneBit = (layer: AnalogCostLayer): boolean => layer.bitsPerRead === 1
const bitsOfRead = (layer: AnalogCostLayer, figure: Figure): number => layer.bitsPerRead ?? figure('idealBits')

const needsIdeal = (bits: number | null): FigureId[] => (bits === null ? ['idealBits'] : [])

/** A term of analog layers only; without count it needs nothing. */
function analogTerm(
  text: Pick<EnergyTerm, 'label' | 'formula' | 'meaning'>,
  term: { count(counts: Counts): number; needs(layer: AnalogCostLayer, counts: Counts): FigureId[]; joules(layer: AnalogCostLayer, counts: Counts, figure: Figure): number }
): EnergyTerm {
  return {
    ...text,
    needs: (layer, counts) => (isAnalog(layer) && term.count(counts) > 0 ? term.needs(layer, counts) : []),
    joules: (layer, counts, figure) => (isAnalog(layer) && term.count(counts) > 0 ? term.joules(layer, counts, figure) : 0)
  }
}

const additions = ({ pairSubtractions, shiftAdds, partialSumAdds, overlapAdds, referenceAdds }: Counts): number => pairSubtractions + shiftAdds + partialSumAdds + overlapAdds + referenceAdds

const terms = {
  adc: analogTerm(
    { label: 'ADC', formula: 'ADC conversions · k_ADC · 2^output bits', meaning: 'Digitising columns.' },
    { count: (counts) => counts.adcConversions, needs: ({ outputBits: bits }) => ['adcStepEnergy', ...needsIdeal(bits)], joules: (layer, counts, figure) => counts.adcConversions * figure('adcStepEnergy') * 2 ** outputBits(layer, figure) }
  ),
  drivers: analogTerm(
    { label: 'DAC and row drivers', formula: 'row conversions · k_DAC · 2^bits of a read; one bit: row conversions · E_drv', meaning: 'Driving rows.' },
    {
      count: (counts) => counts.driverConversions,
      needs: (layer) => (isOneBit(layer) ? ['driverEnergy'] : ['dacStepEnergy', ...needsIdeal(layer.bitsPerRead)]),
      joules: (layer, counts, figure) => counts.driverConversions * (isOneBit(layer) ? figure('driverEnergy') : figure('dacStepEnergy') * 2 ** bitsOfRead(layer, figure))
    }
  ),
  cells: analogTerm(
    { label: 'Cells', formula: 'cell reads · a · G·V²·t_read (devices described by a current: a · I·V·t_read)', meaning: 'Currents through the cells. G is the mean over the layer’s cells as its weights program them.' },
    {
      count: (counts) => counts.cellReads,
      needs: ({ meanCell }) => ['readVoltage', 'readTime', 'inputActivity', ...(meanCell === null ? (['meanConductance'] as const) : [])],
      joules: (layer, counts, figure) => counts.cellReads * figure('inputActivity') * cellPower(layer, figure) * figure('readTime')
    }
  ),
  accumulation: analogTerm(
    { label: 'Adding codes', formula: '(pairs + shift-and-adds + partial sums + overlaps + reference) · e_add · bits of the sum', meaning: 'Digital sums over tiles, slices, reads and sides.' },
    { count: additions, needs: ({ outputBits: bits }) => ['addEnergy', ...needsIdeal(bits)], joules: (layer, counts, figure) => additions(counts) * figure('addEnergy') * accumulatorBits(layer, figure) }
  ),
  scaling: analogTerm(
    { label: 'Scaling', formula: '(scale multiplications + those of reference and dynamic ranges) · e_mul · bits of the sum · b_s + comparisons · e_add · input bits', meaning: 'Re-quantisation of outputs with all that folds into it, and dynamic ranges.' },
    {
      count: (counts) => counts.scaleMultiplications,
      needs: (layer) => ['multiplyEnergy', 'scaleBits', ...(layer.dynamicRange ? (['addEnergy'] as const) : []), ...needsIdeal(layer.dynamicRange && layer.inputBits === null ? null : layer.outputBits)],
      joules: (layer, counts, figure) =>
        (counts.scaleMultiplications + counts.referenceMultiplications + counts.rangeMultiplications) * figure('multiplyEnergy') * accumulatorBits(layer, figure) * figure('scaleBits') +
        (counts.rangeComparisons === 0 ? 0 : counts.rangeComparisons * figure('addEnergy') * inputBits(layer, figure))
    }
  ),
  bias: analogTerm(
    { label: 'Bias', formula: 'bias additions · e_add · bits of the sum', meaning: 'Digital biases; analog ones are rows of the arrays.' },
    { count: (counts) => counts.biasAdds, needs: ({ outputBits: bits }) => ['addEnergy', ...needsIdeal(bits)], joules: (layer, counts, figure) => counts.biasAdds * figure('addEnergy') * accumulatorBits(layer, figure) }
  ),
  memory: analogTerm(
    { label: 'Buffers', formula: 'buffer accesses · e_mem · input bits', meaning: 'Activations in and out, in the layer’s input format.' },
    { count: (counts) => counts.bufferedValues, needs: ({ inputBits: bits }) => ['memoryEnergy', ...needsIdeal(bits)], joules: (layer, counts, figure) => counts.bufferedValues * figure('memoryEnergy') * inputBits(layer, figure) }
  ),
  digital: {
    label: 'Digital layers', formula: 'multiply–accumulates · E_MAC', meaning: 'Layers that are not on arrays.',
    needs: (_layer: CostLayer, counts: Counts): FigureId[] => (counts.digitalMacs > 0 ? ['macEnergy'] : []),
    joules: (_layer: CostLayer, counts: Counts, figure: Figure): number => (counts.digitalMacs > 0 ? counts.digitalMacs * figure('macEnergy') : 0)
  }
} as const satisfies Record<string, EnergyTerm>

/** G·V² or I·V of the mean cell at a full-scale input, in watts. */
function cellPower({ meanCell }: AnalogCostLayer, figure: Figure): number {
  if (meanCell?.unit === 'nA') return meanCell.value * 1e-9 * figure('readVoltage')
  const conductance = meanCell === null ? figure('meanConductance') : meanCell.value * 1e-6
  return conductance * figure('readVoltage') ** 2
}

export type ComponentId = keyof typeof terms
export const componentIds = Object.keys(terms) as [ComponentId, ...ComponentId[]]
export const energyTerms: Readonly<Record<ComponentId, EnergyTerm>> = terms
