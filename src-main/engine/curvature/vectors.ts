/** Arithmetic on vectors that lie in several arrays, one per parameter. Sums are in double precision. */

export type Vector = readonly Float32Array[]

export function dot(a: Vector, b: Vector): number {
  let sum = 0
  a.forEach((array, p) => (sum += dotOf(array, b[p]!)))
  return sum
}

/** Σ aᵢ·bᵢ of one array, or Σ cᵢ·aᵢ·bᵢ. */
export function dotOf(a: Float32Array, b: Float32Array, c?: Float32Array): number {
  let sum = 0
  if (c === undefined) for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  else for (let i = 0; i < a.length; i++) sum += c[i]! * a[i]! * b[i]!
  return sum
}

export const norm = (a: Vector): number => Math.sqrt(dot(a, a))

/** target ← a + factor·b */
export function combine(target: Vector, a: Vector, factor: number, b: Vector): void {
  target.forEach((array, p) => {
    const left = a[p]!
    const right = b[p]!
    for (let i = 0; i < array.length; i++) array[i] = left[i]! + factor * right[i]!
  })
}

export function scale(target: Vector, factor: number): void {
  for (const array of target) for (let i = 0; i < array.length; i++) array[i] = array[i]! * factor
}
