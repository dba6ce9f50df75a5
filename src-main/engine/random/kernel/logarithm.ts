/**
 * ln x of two doubles, for positive normal x outside of [√½, √2), with the error of the C library's: below one unit in the last place.
 *
 *     x = 2^k·(1 + f), √½ < 1 + f < √2;   s = f/(2 + f);   ln(1 + f) = 2 atanh s = f − s·(f − R),  R ≈ 2·(s²/3 + s⁴/5 + …)
 *     ln x = k·ln 2 + ln(1 + f), with ln 2 in two parts, of which the first times k is exact
 *
 * Source: Sun Microsystems' fdlibm (1993), e_log.c: its reduction, its minimax coefficients of R and its order of operations. JavaScript engines
 * compute `Math.log` so, but no standard says that they must.
 */
import { f64x2, i64x2, v128, type Code } from './instructions'
import type { FunctionBuilder } from './assembler'

const ln2High = 6.93147180369123816490e-1
const ln2Low = 1.90821492927058770002e-10
/** Coefficients of R in s², from s² on. */
const series = [
  6.666666666666735130e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1
] as const
/** High words: of 1, of the border √2 of the reduction (its distance from 2), and of the interval where f²/2 is taken apart. */
const highOfOne = 0x3ff0_0000
const aboveBorder = 0x0009_5f64
const [apartAbove, apartBelow] = [0x6147a, 0x6b851]
/** 2^52 + 2^51, as a double and its high word: an integer n added to its bits is n added to its value. */
const magic = 6755399441055744
const magicHigh = 0x4338_0000

export function naturalLogarithm(fn: FunctionBuilder, x: Code): Code {
  const high = fn.let(i64x2.shiftRight(x, 32))
  const fraction = fn.let(v128.and(high, i64x2.const(0x000f_ffff, 0)))
  // 2^20 where the fraction is above √2: then x/2 is taken and k is one more.
  const carry = fn.let(v128.and(i64x2.add(fraction, i64x2.const(aboveBorder, 0)), i64x2.const(0x0010_0000, 0)))
  const exponent = i64x2.add(i64x2.shiftRight(high, 20), i64x2.shiftRight(carry, 20))
  const biased = i64x2.add(exponent, i64x2.const(0, magicHigh))
  const k = fn.let(f64x2.sub(f64x2.sub(asDouble(biased), f64x2.const(magic)), f64x2.const(1023)))
  const highOfReduced = v128.or(fraction, v128.xor(carry, i64x2.const(highOfOne, 0)))
  const reduced = v128.or(v128.and(x, i64x2.const(-1, 0)), i64x2.shiftLeft(highOfReduced, 32))
  const f = fn.let(f64x2.sub(reduced, f64x2.const(1)))

  const s = fn.let(f64x2.div(f, f64x2.add(f64x2.const(2), f)))
  const z = fn.let(f64x2.mul(s, s))
  const w = fn.let(f64x2.mul(z, z))
  const even = f64x2.mul(w, horner([series[5], series[3], series[1]], w))
  const odd = f64x2.mul(z, horner([series[6], series[4], series[2], series[0]], w))
  const r = fn.let(f64x2.add(odd, even))
  const halfSquare = fn.let(f64x2.mul(f64x2.mul(f64x2.const(0.5), f), f))
  const low = fn.let(f64x2.mul(k, f64x2.const(ln2Low)))
  const apart = f64x2.sub(halfSquare, f64x2.add(f64x2.mul(s, f64x2.add(halfSquare, r)), low))
  const together = f64x2.sub(f64x2.mul(s, f64x2.sub(f, r)), low)
  const isApart = v128.and(i64x2.greaterSigned(fraction, i64x2.const(apartAbove - 1, 0)), i64x2.greaterSigned(i64x2.const(apartBelow + 1, 0), fraction))
  return f64x2.sub(f64x2.mul(k, f64x2.const(ln2High)), f64x2.sub(v128.select(apart, together, isApart), f))
}

/** Vectors have no types: the bits of an integer are read as a double. */
const asDouble = (bits: Code): Code => bits
const horner = (coefficients: readonly number[], x: Code): Code =>
  coefficients.slice(1).reduce((sum, coefficient) => f64x2.add(f64x2.const(coefficient), f64x2.mul(x, sum)), f64x2.const(coefficients[0]!))
