/**
 * The functions of the kernel: words of Philox4x32-10, and deviates from words. They work on one block of words in the
 * module's memory; streams.ts cuts arrays into blocks. Formulas and order of operations are those of philox.ts and of
 * normal.ts, so that every deviate is the same float32 (docs/decisions/0024).
 */
import { multiplier0, multiplier1, rounds, weyl0, weyl1 } from '../philox'
import { central, firstCentralWord, tail } from '../normal'
import { assemble, FunctionBuilder, type Local } from './assembler'
import { f32x4FromDoubles, f64x2, i32, i32x4, i64x2, v128, type Code } from './instructions'
import { naturalLogarithm } from './logarithm'

/** Words of one block; a multiple of 16. */
export const blockWords = 2048
/** Where words, deviates and the places of tail words lie in memory. Each has room for more than a block. */
export const wordsAt = 0
export const deviatesAt = 16_384
const tailAt = 32_768
const pages = 1

const wordBytes = 4
const vectorBytes = 16
/** Words that one step of {@link philoxWords} makes: four blocks of the generator side by side. */
export const wordsPerStep = 16

export const kernelBytes = (): Uint8Array<ArrayBuffer> => assemble({ words: philoxWords(), normals: normals(), uniforms: uniforms() }, pages)

/** words(bytes, counter0, counter1, counter2, counter3, key0, key1): fills `bytes` bytes, a multiple of 64, from block counter0 on. */
function philoxWords(): FunctionBuilder {
  const fn = new FunctionBuilder(7)
  const [bytes, counter0, counter1, counter2, counter3, key0, key1] = Array.from({ length: 7 }, (_, i) => fn.parameter(i)) as [Local, Local, Local, Local, Local, Local, Local]
  const [m0, m1] = [fn.let(i32x4.const(multiplier0)), fn.let(i32x4.const(multiplier1))]
  const firstKeys = [fn.let(i32x4.splat(key0.get)), fn.let(i32x4.splat(key1.get))]
  const fixed = [counter1, counter2, counter3].map((counter) => fn.let(i32x4.splat(counter.get)))
  const block = fn.local('v128')
  fn.emit(block.set(i32x4.add(i32x4.splat(counter0.get), i32x4.const(0, 1, 2, 3))))
  const place = fn.local('i32')
  fn.repeat(place, i32.const(wordsAt), i32.add(bytes.get, i32.const(wordsAt)), wordsPerStep * wordBytes, () => {
    let [c0, c1, c2, c3] = [block.get, ...fixed] as [Code, Code, Code, Code]
    let [k0, k1] = firstKeys as [Code, Code]
    for (let round = 0; round < rounds; round++) {
      const product0 = product(fn, c0, m0)
      const product1 = product(fn, c2, m1)
      const next0 = fn.let(v128.xor(v128.xor(product1.high, c1), k0))
      const next2 = fn.let(v128.xor(v128.xor(product0.high, c3), k1))
      c0 = next0
      c1 = product1.low
      c2 = next2
      c3 = product0.low
      k0 = fn.let(i32x4.add(k0, i32x4.const(weyl0)))
      k1 = fn.let(i32x4.add(k1, i32x4.const(weyl1)))
    }
    // Lane n of c0 … c3 are the words of block n; they follow each other in the stream.
    const evens = [fn.let(i32x4.shuffle(c0, c1, [0, 4, 1, 5])), fn.let(i32x4.shuffle(c2, c3, [0, 4, 1, 5]))] as const
    const odds = [fn.let(i32x4.shuffle(c0, c1, [2, 6, 3, 7])), fn.let(i32x4.shuffle(c2, c3, [2, 6, 3, 7]))] as const
    for (const [n, [first, second]] of [evens, odds].entries()) {
      fn.emit(v128.store(place.get, i32x4.shuffle(first, second, [0, 1, 4, 5]), 2 * n * vectorBytes))
      fn.emit(v128.store(place.get, i32x4.shuffle(first, second, [2, 3, 6, 7]), (2 * n + 1) * vectorBytes))
    }
    fn.emit(block.set(i32x4.add(block.get, i32x4.const(wordsPerStep / 4))))
  })
  return fn
}

/** High and low words of the four 64-bit products of two vectors. */
function product(fn: FunctionBuilder, a: Code, b: Code): { high: Code; low: Code } {
  const first = fn.let(i64x2.multiplyLow(a, b))
  const second = fn.let(i64x2.multiplyHigh(a, b))
  return { high: fn.let(i32x4.shuffle(first, second, [1, 3, 5, 7])), low: fn.let(i32x4.shuffle(first, second, [0, 2, 4, 6])) }
}

/**
 * q = (word + ½)/2^32 − ½ of the words in lanes 0 and 1. Less 2^31, a word is a signed integer, and every step is exact in
 * a double.
 */
const centred = (words: Code): Code =>
  f64x2.mul(f64x2.add(f64x2.fromLowSigned(v128.xor(words, i32x4.const(0x8000_0000))), f64x2.const(0.5)), f64x2.const(2 ** -32))

const upperHalf = (vector: Code): Code => i32x4.shuffle(vector, vector, [2, 3, 2, 3])

/** Calls `deviate` with q of the words two by two, and stores what it gives as float32. */
function mapWords(fn: FunctionBuilder, bytes: Code, deviate: (q: Code) => Code): void {
  const place = fn.local('i32')
  fn.repeat(place, i32.const(0), bytes, vectorBytes, () => {
    const words = fn.let(v128.load(place.get, wordsAt))
    const [low, high] = [words, upperHalf(words)].map((pair) => fn.let(f32x4FromDoubles(deviate(fn.let(centred(pair)))))) as [Code, Code]
    fn.emit(v128.store(place.get, i32x4.shuffle(low, high, [0, 1, 4, 5]), deviatesAt))
  })
}

/** uniforms(bytes): deviates on (−1, 1) of the words in `bytes` bytes, a multiple of 16. */
function uniforms(): FunctionBuilder {
  const fn = new FunctionBuilder(1)
  mapWords(fn, fn.parameter(0).get, (q) => f64x2.mul(q, f64x2.const(2)))
  return fn
}

/** c₀·xⁿ + c₁·xⁿ⁻¹ + … by Horner's rule. */
const polynomial = (coefficients: readonly number[], x: Code): Code =>
  coefficients.slice(1).reduce((sum, coefficient) => f64x2.add(f64x2.mul(sum, x), f64x2.const(coefficient)), f64x2.const(coefficients[0]!))

/**
 * normals(bytes): standard normal deviates of the words in `bytes` bytes, a multiple of 16. The central formula is computed for all
 * words; the tails are three words in twenty, are listed without a branch and overwritten afterwards.
 */
function normals(): FunctionBuilder {
  const fn = new FunctionBuilder(1)
  const bytes = fn.parameter(0).get
  mapWords(fn, bytes, (q) => {
    const r = fn.let(f64x2.sub(f64x2.const(central.limit), f64x2.mul(q, q)))
    return f64x2.div(f64x2.mul(q, polynomial(central.numerator, r)), polynomial(central.denominator, r))
  })
  const end = listTails(fn, bytes)
  const place = fn.local('i32')
  fn.repeat(place, i32.const(0), i32.sub(end, i32.const(tailAt)), 2 * wordBytes, () => {
    const [first, second] = [0, 1].map((n) => {
      const address = fn.local('i32')
      fn.emit(address.set(i32.load(place.get, tailAt + n * wordBytes)))
      return address.get
    }) as [Code, Code]
    const q = fn.let(centred(v128.load32Lane(second, v128.load32Zero(first, wordsAt), 1, wordsAt)))
    const probability = fn.let(f64x2.sub(f64x2.const(0.5), f64x2.abs(q)))
    const r = fn.let(f64x2.sub(f64x2.sqrt(f64x2.neg(naturalLogarithm(fn, probability))), f64x2.const(tail.offset)))
    const magnitude = f64x2.div(polynomial(tail.numerator, r), polynomial(tail.denominator, r))
    const sign = v128.and(q, i64x2.const(0, 0x8000_0000))
    const z = fn.let(f32x4FromDoubles(v128.xor(magnitude, sign)))
    fn.emit(v128.store32Lane(first, z, 0, deviatesAt), v128.store32Lane(second, z, 1, deviatesAt))
  })
  return fn
}

/** Writes the offsets of the tail words and gives the end of the list, behind which a pair can be filled up. */
function listTails(fn: FunctionBuilder, bytes: Code): Code {
  const place = fn.local('i32')
  const end = fn.local('i32')
  const centralWords = 2 ** 32 - 2 * firstCentralWord
  fn.emit(end.set(i32.const(tailAt)))
  fn.repeat(place, i32.const(0), bytes, 4 * wordBytes, () => {
    for (let n = 0; n < 4; n++) {
      // Overwritten by the next one unless it is a tail.
      fn.emit(i32.store(end.get, i32.add(place.get, i32.const(n * wordBytes))))
      const isTail = i32.greaterUnsigned(i32.sub(i32.load(place.get, wordsAt + n * wordBytes), i32.const(firstCentralWord)), i32.const(centralWords - 1))
      fn.emit(end.set(i32.add(end.get, i32.shiftLeft(isTail, 2))))
    }
  })
  // The spare deviate behind the block takes what no word asked for: the second of the last pair, or both of the only one.
  for (const n of [0, 1]) fn.emit(i32.store(end.get, i32.const(blockWords * wordBytes), n * wordBytes))
  return end.get
}
