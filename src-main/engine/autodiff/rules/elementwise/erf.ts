/** Erf: ∂X = ∂Y · 2/√π · exp(−X²); the factor stands in the exponent, where it costs no pass over memory. */
import { pointwise } from '../../pointwise'

const logFactor = Math.log(2 / Math.sqrt(Math.PI))

export const erfRule = pointwise('Erf', ({ upstream, x, mul, exp, sub }) => mul(upstream, exp(sub(logFactor, mul(x, x)))))
