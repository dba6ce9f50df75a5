/**
 * Normalisations that networks are commonly trained with. A wrong one is the usual reason for a low digital accuracy,
 * so that all that fit are tried and ranked. Adding one is a line in the table.
 */
import type { DatasetSummary, Preprocessing } from './dataset'

export interface NamedPreprocessing {
  name: string
  preprocessing: Preprocessing
}

/** Mean and standard deviation of v / 255. Three values are for colour, one for grey images or for all channels alike. */
const table: readonly { name: string; mean: readonly number[]; std: readonly number[] }[] = [
  { name: '0 … 1', mean: [0], std: [1] },
  { name: '−1 … 1', mean: [0.5], std: [0.5] },
  { name: 'MNIST', mean: [0.1307], std: [0.3081] },
  { name: 'Fashion-MNIST', mean: [0.286], std: [0.353] },
  { name: 'CIFAR-10', mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  { name: 'CIFAR-10, deviations within images', mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
  { name: 'CIFAR-100', mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
  { name: 'ImageNet', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  { name: 'ImageNet means, deviation 0.225', mean: [0.485, 0.456, 0.406], std: [0.225] },
  { name: 'SVHN', mean: [0.4377, 0.4438, 0.4728], std: [0.198, 0.201, 0.197] },
  { name: 'Grey ImageNet', mean: [0.449], std: [0.226] },
  { name: 'Unit deviation about 0.5', mean: [0.5], std: [1] }
]

const key = ({ divisor, mean, std }: Preprocessing): string => JSON.stringify([divisor, mean, std])

/**
 * The common normalisations that fit the data's number of channels, without duplicates, in a fixed order. Data stored
 * as floats is taken as it is and divided by 255.
 */
export function normalizationCandidates(summary: DatasetSummary): NamedPreprocessing[] {
  const channels = summary.shape[0]
  const isBytes = summary.elementType === 'uint8'
  const candidates: NamedPreprocessing[] = []
  const add = (name: string, preprocessing: Preprocessing): void => {
    if (candidates.every((other) => key(other.preprocessing) !== key(preprocessing))) candidates.push({ name, preprocessing })
  }
  const addTable = (divisor: number, suffix: string): void => {
    for (const { name, mean, std } of table) {
      if ([mean, std].every(({ length }) => length === 1 || length === channels)) add(`${name}${suffix}`, { divisor, mean: [...mean], std: [...std] })
    }
  }
  if (isBytes) {
    addTable(255, '')
    add('0 … 255, as stored', { divisor: 1, mean: [0], std: [1] })
  } else {
    add('As stored', { divisor: 1, mean: [0], std: [1] })
    addTable(1, '')
    add('As stored, divided by 255', { divisor: 255, mean: [0], std: [1] })
  }
  // A constant channel has no deviation to divide by.
  const std = summary.channelStd.map((value) => (value > 0 ? value : 1))
  add('Mean and deviation of this data', { divisor: summary.divisor, mean: [...summary.channelMean], std })
  if (channels > 1) {
    const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    add('Mean and deviation of this data, channels alike', { divisor: summary.divisor, mean: [average(summary.channelMean)], std: [average(std)] })
  }
  return candidates
}
