/** Dropout does nothing in inference: ∂X = ∂Y. */
import type { GradientRule } from '../../gradient-rule'

export const dropoutRule: GradientRule = {
  opType: 'Dropout',
  gradient(context) {
    const trainingMode = context.input(2)
    const training = trainingMode === '' ? undefined : context.constant(trainingMode)
    if (trainingMode !== '' && (training === undefined || Number(training.data[0]) !== 0)) context.unsupported('it runs in training mode')
    return [context.upstream]
  }
}
