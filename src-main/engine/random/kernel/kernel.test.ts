import { describe, expect, it } from 'vitest'
import { firstCentralWord, normalOf } from '../normal'
import { philoxBlock } from '../philox'
import { fillNormal, fillUniform, RandomStream } from '../streams'
import { kernel } from './kernel'
import { blockWords } from './program'

const bytes = blockWords * 4

/** Deviates of the given words, as the kernel makes them. */
function deviatesOf(words: readonly number[], distribution: 'normals' | 'uniforms'): Float32Array {
  const { wordsOfBlock, deviatesOfBlock, [distribution]: compute } = kernel()
  wordsOfBlock.fill(0)
  wordsOfBlock.set(words)
  compute(bytes)
  return deviatesOfBlock.slice(0, words.length)
}

describe('words', () => {
  it('are those of the generator, block by block, over the end of the counter too', () => {
    const { words, wordsOfBlock } = kernel()
    const one = new Uint32Array(4)
    for (const first of [0, 1, 0xdead_beef, 2 ** 32 - 5]) {
      words(bytes, first, 0xffff_ffff, 2, 0x8000_0000, 0xa409_3822, 0x299f_31d0)
      for (let block = 0; block < blockWords / 4; block++) {
        philoxBlock(one, first + block, 0xffff_ffff, 2, 0x8000_0000, 0xa409_3822, 0x299f_31d0)
        expect([...wordsOfBlock.subarray(block * 4, block * 4 + 4)]).toEqual([...one])
      }
    }
  })
})

describe('deviates', () => {
  // Where the formulas meet, where the logarithm changes its form, and both ends of the range.
  const powers = Array.from({ length: 32 }, (_, n) => 2 ** n)
  const roots = Array.from({ length: 29 }, (_, n) => Math.round(2 ** (n + 0.5)))
  const around = (word: number): number[] => [-3, -2, -1, 0, 1, 2, 3].map((offset) => word + offset)
  const corners = [...powers, ...roots, firstCentralWord, 2 ** 32 - firstCentralWord, 2 ** 32 - 1]
    .flatMap(around)
    .flatMap((word) => [word, 2 ** 32 - 1 - word])
    .filter((word) => word >= 0 && word < 2 ** 32)
  const stream = new RandomStream({ seed: 3, purpose: 'synthetic' })
  const samples = [corners, ...Array.from({ length: 20 }, () => Array.from({ length: blockWords }, () => stream.uint32()))]

  // Bit by bit: `benchmarks/random.ts --exhaustive` compares all 2^32 words.
  it('are the definition rounded to float32', () => {
    for (const words of samples) {
      expect(deviatesOf(words, 'normals')).toEqual(Float32Array.from(words, normalOf))
      expect(deviatesOf(words, 'uniforms')).toEqual(Float32Array.from(words, (word) => (2 * (word + 0.5)) / 2 ** 32 - 1))
    }
  })

  it('of an array are those of one long stream, whatever its length', () => {
    const long = { normal: new Float32Array(3 * blockWords), uniform: new Float32Array(3 * blockWords) }
    const name = { seed: 11, purpose: 'synthetic', at: [1, 2, 3] } as const
    fillNormal(long.normal, name)
    fillUniform(long.uniform, name)
    for (const length of [0, 1, 15, 16, 17, blockWords - 1, blockWords, blockWords + 1, 2 * blockWords + 5]) {
      // The numbers behind the array stay.
      const room = new Float32Array(length + 1).fill(7)
      fillNormal(room.subarray(0, length), name)
      expect(room).toEqual(Float32Array.of(...long.normal.subarray(0, length), 7))
      fillUniform(room.subarray(0, length), name)
      expect(room).toEqual(Float32Array.of(...long.uniform.subarray(0, length), 7))
    }
  })

  it('are all tails where all words are, and none where none is', () => {
    const allTails = Array.from({ length: blockWords }, (_, i) => (i % 2 === 0 ? i * 1000 : 2 ** 32 - 1 - i * 1000))
    expect(deviatesOf(allTails, 'normals')).toEqual(Float32Array.from(allTails, normalOf))
    const none = Array.from({ length: blockWords }, (_, i) => 2 ** 31 + i * 1000)
    expect(deviatesOf(none, 'normals')).toEqual(Float32Array.from(none, normalOf))
  })
})
