/** Meaning, range, default and formula of each hardware field, in one place. */
import { hardwareSchema, type ScaleGranularity } from '@shared/hardware'
import type { FieldHelp } from '../../../components/base/FieldRow.vue'

const defaults = hardwareSchema.parse({})

export const fieldHelp = {
  'device.sigma': {
    meaning: 'Standard deviation of the programming error (Gaussian), or its largest value (uniform), as a fraction of the array’s full scale. Drawn once per chip instance.',
    range: '0 … 2', default: String(defaults.device.sigma), formula: 'm → m + μ + σ·ε'
  },
  'device.mu': {
    meaning: 'Systematic shift of every stored value, as a fraction of full scale: for example a retention loss that all cells share.',
    range: '−1 … 1', default: String(defaults.device.mu), formula: 'm → m + μ + σ·ε'
  },
  'device.distribution': {
    meaning: 'How the error ε is distributed: standard normal, or uniform between −1 and 1. With the same σ the uniform error has a standard deviation of σ/√3.',
    default: defaults.device.distribution, formula: 'ε ~ N(0, 1)  or  ε ~ U(−1, 1)'
  },
  'array.rows': { meaning: 'Inputs of one array. A matrix with more rows is cut into tiles at whole input channels; partial sums are added digitally.', range: '0 … 65 536; 0 is unlimited', default: '0' },
  'array.columns': { meaning: 'Outputs of one array. A matrix with more columns is cut into equal parts.', range: '0 … 65 536; 0 is unlimited', default: '0' },
  'representation.scaleGranularity': {
    meaning: 'Which weights share one digital scale s. The device’s error is relative to full scale, so a small weight that shares its scale with a large one drowns in it.',
    default: defaults.representation.scaleGranularity, formula: 'w = s·m,  error on w = σ·s'
  },
  'representation.scaleStatistic': {
    meaning: 'How s is taken from the weights that share it: half the distance of smallest and largest (the authors’ code), the largest magnitude, or a percentile of magnitudes beyond which weights are clipped.',
    default: defaults.representation.scaleStatistic, formula: 's = (max w − min w)/2,  max |w|,  or P(|w|)'
  },
  'representation.scalePercentile': { meaning: 'Weights of larger magnitude than this percentile are clipped.', range: 'above 50, up to 100', default: String(defaults.representation.scalePercentile) },
  'representation.scaleExponentBits': {
    meaning: 'Bits of the scale’s exponent. With a limit, scales are powers of two, rounded up so that nothing clips: a shift instead of a multiplication.',
    range: '0 … 16; 0 is any real number', default: '0', formula: 's = 2^e'
  },
  'representation.bias': { meaning: 'Biases are stored in a further row of analog cells, with the device’s error, or added digitally without error.', default: defaults.representation.bias },
  'dac.inputBits': { meaning: 'Resolution of the inputs to the arrays.', range: 'ideal, or 2 … 16 bits', default: 'ideal' },
  'dac.sign': { meaning: 'Automatic takes the unsigned code where calibration sees no negative input, for example behind a ReLU: the same bits then cover half the range.', default: 'automatic' },
  'adc.outputBits': { meaning: 'Resolution of each tile’s partial sum. Levels are evenly spaced, mid-tread; values beyond the range clip.', range: 'ideal, or 2 … 16 bits', default: 'ideal' },
  range: { meaning: 'Full scale of the converter, layer by layer: the largest magnitude that the calibration images produce, or a percentile of magnitudes (the rest clips, the steps become finer).', default: 'largest magnitude' },
  percentile: { meaning: 'Magnitudes above this percentile of the calibration images’ values clip.', range: 'above 50, up to 100', default: '99.9' },
  calibrationImages: { meaning: 'Images of the training split from which converter ranges are calibrated. Only used while a converter is not ideal.', range: '1 … 4096', default: String(defaults.calibrationImages) }
} as const satisfies Record<string, FieldHelp>

/** One sentence for each granularity: what shares a scale, and what that costs or gains. */
export const granularityExplanations: Record<ScaleGranularity, { label: string; text: string }> = {
  network: { label: 'Network', text: 'One scale for all weights and biases: analog fixed-point, the baseline that fails.' },
  layer: { label: 'Layer', text: 'One scale per layer, shared by its weights and biases. A large bias still sets the scale of small weights.' },
  'layer-bi-scale': { label: 'Layer, bi-scale', text: 'Two scales per layer, one for weights and one for biases: the paper’s analog floating-point form.' },
  column: { label: 'Column', text: 'One scale per output column, biases apart. One multiplication per output, much less noise.' },
  tile: { label: 'Tile', text: 'One scale per physical array, biases apart. Needs an array size to differ from a scale per layer.' },
  'tile-column': { label: 'Tile column', text: 'One scale per column of each array, biases apart: the finest, with one scale per partial sum.' }
}
