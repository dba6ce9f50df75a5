/** Erf: ∂X = ∂Y · 2/√π · exp(−X²). */
import { pointwise } from '../../pointwise'

/** ln 2/√π: in the exponent the factor costs no pass over memory. */
export const logErfSlopeAtZero = Math.log(2 / Math.sqrt(Math.PI))

export const erfRule = pointwise('Erf', ({ upstream, x, mul, exp, sub }) => mul(upstream, exp(sub(logErfSlopeAtZero, mul(x, x)))))
