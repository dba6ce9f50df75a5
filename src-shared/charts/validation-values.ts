/** What a validation found, as values of the measure that the network has. */
import { decibelsOfError } from '../fidelity'
import type { FinetuneMetric, Validation } from '../finetune'
import { accuracyMeasure, fidelityMeasure, type QualityMeasure } from './quality-measure'

/** The measure of a fine-tuning; accuracy until the first validation. */
export const measureOf = (history: readonly FinetuneMetric[]): QualityMeasure =>
  history.some(({ validation }) => validation !== null && 'noisyError' in validation) ? fidelityMeasure : accuracyMeasure('top1')

/** Null where a fidelity is no finite number. */
export const validationValues = (validation: Validation): { digital: number | null; noisy: number | null } =>
  'noisyTop1' in validation
    ? { digital: validation.digitalTop1, noisy: validation.noisyTop1 }
    : { digital: decibelsOfError(validation.digitalError), noisy: decibelsOfError(validation.noisyError) }

/** `97.1 %`, `31.2 dB`, or an en dash. */
export function validationWords(validation: Validation, of: 'digital' | 'noisy', digits?: number): string {
  const value = validationValues(validation)[of]
  const measure = 'noisyTop1' in validation ? accuracyMeasure('top1') : fidelityMeasure
  return value === null ? '–' : measure.text(value, digits)
}

/** What the training loss is, with its unit. */
export const lossName = (history: readonly FinetuneMetric[]): string => (measureOf(history) === fidelityMeasure ? 'Relative square error' : 'Loss (nats)')
