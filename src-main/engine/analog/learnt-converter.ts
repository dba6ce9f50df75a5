/**
 * A converter whose step Δ is an initialiser that training changes. Forward it is the converter of converters.ts; it always clips ahead of its codes, so that
 * backward it is the quantiser of a learned step size (S. K. Esser et al., arXiv:1902.08153, equations 1 to 3): with q the code and Q_n, Q_p its ends,
 *
 *     y = Δ·round(clip(x/Δ, −Q_n, Q_p))        ∂y/∂Δ = q − x/Δ between the ends, −Q_n below, Q_p above
 */
import type { GraphBuilder } from '../onnx/graph-builder'
import { emitRounded, type ChannelFactors, type ConverterCodes } from './converters'

/**
 * Appends the converter behind `value` and returns what it puts out.
 * @param step Name of Δ, a float32 scalar; with `channels` each channel has Δ times its factor.
 */
export function emitLearntConverter(builder: GraphBuilder, value: string, bits: number, codes: ConverterCodes, step: string, channels: ChannelFactors | null = null): string {
  const { lowest, highest } = codes
  const ownStep = channels === null ? step : builder.node('Mul', [step, builder.constant('step_factors', { type: 'float32', dims: channels.dims, data: channels.factors })])
  // The origin of mid-rise codes is a whole number of half steps away from zero: it moves with the step.
  const originSteps = Math.round((2 * codes.origin) / codes.step) / 2
  const origin = originSteps === 0 ? null : builder.node('Mul', [ownStep, builder.scalar(originSteps)])
  const shifted = origin === null ? value : builder.node('Sub', [value, origin])
  const restored = channels === null ? byCodes() : bySteps()
  return origin === null ? restored : builder.node('Add', [restored, origin])

  function byCodes(): string {
    const end = (code: number): string => (code === 0 ? builder.scalar(0) : builder.node('Mul', [step, builder.scalar(code)]))
    return emitRounded(builder, builder.node('Clip', [shifted, end(lowest), end(highest)]), bits, codes, step)
  }
  function bySteps(): string {
    const limited = builder.node('Clip', [builder.node('Div', [shifted, ownStep]), builder.scalar(lowest), builder.scalar(highest)])
    return builder.node('Mul', [builder.node('Round', [limited]), ownStep])
  }
}
