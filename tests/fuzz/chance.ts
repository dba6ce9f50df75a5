/** Repeatable chance: a 32-bit generator (Weyl sequence through a multiply–xorshift hash). */
export class Chance {
  private state: number
  constructor(seed: number, index: number) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0
  }
  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    this.state = (this.state + 0x9e3779b9) >>> 0
    let hash = this.state
    hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
    return ((hash ^ (hash >>> 15)) >>> 0) % Math.max(1, limit)
  }
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!
  }
}
