/**
 * What tells whether a fine-tuning succeeds: the accuracy; for a network without classes how close its output is to that of the digital network as it was before,
 * which is its teacher.
 */
import type { ImageRange } from '@shared/dataset'
import type { Evaluation, FidelityEvaluation, FinetuneConfig, Validation } from '@shared/finetune'
import { idealHardware, type Hardware } from '@shared/hardware'
import type { FidelityTrial } from '@shared/simulation'
import type { Network } from '../onnx/network'
import type { SerializedModel } from '../onnx/split-model'
import { summarizeFidelity, type Evaluator, type PreparedProgram } from '../simulate/evaluator'
import { fidelityOf } from '../simulate/fidelity'
import { accuracyStatistics } from '../simulate/statistics'

/** A network with weights of its own, its file, made where the digital accuracy is measured of it, and the hardware with what was learnt of it. */
export interface Candidate {
  network: Network
  file(): SerializedModel
  hardware: Hardware
}

export interface Success<E extends Evaluation | FidelityEvaluation = Evaluation | FidelityEvaluation> {
  /** On the test images. */
  evaluate(candidate: Candidate, range: ImageRange, onPrepared: (prepared: PreparedProgram) => Promise<void>): Promise<E>
  /** On the validation images. */
  validate(candidate: Candidate, range: ImageRange): Promise<Found>
}

type WithoutBest<V> = V extends unknown ? Omit<V, 'best'> : never
/** What a validation found. */
export type Found = WithoutBest<Validation>
/** What of it is kept of the best weights so far. */
export type Best = { noisyTop1: number; noisyLoss: number } | { noisyError: number | null }

/** Chips of a validation are others than those of the test, or the choice of the checkpoint would favour the very draws that judge it. */
const chipsOf = ({ settings }: FinetuneConfig) => ({ test: settings.testChipInstances, validation: settings.validationChipInstances, firstOfValidation: settings.testChipInstances })

export function accuracySuccess(evaluator: Evaluator, config: FinetuneConfig): Success<Evaluation> {
  const { seed } = config.settings
  const chips = chipsOf(config)
  return {
    evaluate: async ({ network, file, hardware }, range, onPrepared) => ({
      digital: await evaluator.digital(range, file()),
      noisy: await evaluator.noisy(hardware, range, seed, chips.test, network, 0, onPrepared)
    }),
    validate: async ({ network, file, hardware }, range) => {
      const noisy = await evaluator.noisy(hardware, range, seed, chips.validation, network, chips.firstOfValidation)
      const digital = await evaluator.digital(range, file())
      return { digitalTop1: digital.top1, noisyTop1: noisy.top1.mean, noisyLoss: noisy.loss.mean }
    }
  }
}

/** @param evaluator Compares with the network as it was. */
export function fidelitySuccess(evaluator: Evaluator, config: FinetuneConfig): Success<FidelityEvaluation> {
  const { seed } = config.settings
  const chips = chipsOf(config)
  const digital = (network: Network, range: ImageRange): Promise<FidelityTrial[]> => evaluator.fidelityTrials(idealHardware(), range, seed, 1, network)
  return {
    evaluate: async ({ network, hardware }, range, onPrepared) => ({
      digital: fidelityOf(await digital(network, range)),
      noisy: summarizeFidelity(null, hardware, await evaluator.fidelityTrials(hardware, range, seed, chips.test, network, 0, onPrepared), range.count)
    }),
    validate: async ({ network, hardware }, range) => ({
      digitalError: relativeError(await digital(network, range)),
      noisyError: relativeError(await evaluator.fidelityTrials(hardware, range, seed, chips.validation, network, chips.firstOfValidation))
    })
  }
}

/** Σ (ŷ − y)² / Σ y² in the mean over chip instances; 0 without any difference, null where it is not a finite number. */
function relativeError(trials: readonly FidelityTrial[]): number | null {
  const errors = trials.map(({ signal, noise }) => (signal === null || noise === null ? NaN : noise === 0 ? 0 : noise / signal))
  const { mean } = accuracyStatistics(errors)
  return Number.isFinite(mean) ? mean : null
}

/** Greater accuracy under noise, then less loss; or less error under noise. */
export function isBetter(found: Found, best: Best | null): boolean {
  if (best === null) return true
  if ('noisyTop1' in found) return 'noisyTop1' in best && (found.noisyTop1 > best.noisyTop1 || (found.noisyTop1 === best.noisyTop1 && found.noisyLoss < best.noisyLoss))
  return 'noisyError' in best && (found.noisyError ?? Infinity) < (best.noisyError ?? Infinity)
}
