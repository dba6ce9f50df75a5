/**
 * Random numbers of one thread: millions of deviates a second, and with --exhaustive the comparison of the kernel with the
 * definition for every random word there is (some minutes).
 *
 * Usage: node build/run-ts.mjs benchmarks/random.ts [--exhaustive]
 */
import { median } from 'simple-statistics'
import { kernel } from '../src-main/engine/random/kernel/kernel'
import { blockWords } from '../src-main/engine/random/kernel/program'
import { normalOf } from '../src-main/engine/random/normal'
import { fillNormal, fillUniform } from '../src-main/engine/random/streams'

const rounds = 9
const target = new Float32Array(4_000_000)

for (const [name, fill] of [['normal', fillNormal], ['uniform', fillUniform]] as const) {
  fill(target, { seed: 0, purpose: 'synthetic' })
  const rates = Array.from({ length: rounds }, (_, round) => {
    const started = performance.now()
    fill(target, { seed: round, purpose: 'synthetic' })
    return target.length / (performance.now() - started) / 1000
  })
  console.log(`${name}: ${median(rates).toFixed(0)} million a second (median of ${rounds} rounds)`)
}

if (process.argv.includes('--exhaustive')) {
  const { wordsOfBlock, deviatesOfBlock, normals, uniforms } = kernel()
  const expected = new Float32Array(blockWords)
  const differing = { normal: 0, uniform: 0 }
  const compare = (kind: keyof typeof differing): void => {
    for (let i = 0; i < blockWords; i++) if (!Object.is(expected[i], deviatesOfBlock[i])) differing[kind]++
  }
  for (let first = 0; first < 2 ** 32; first += blockWords) {
    for (let i = 0; i < blockWords; i++) {
      wordsOfBlock[i] = first + i
      expected[i] = normalOf(first + i)
    }
    normals(blockWords * 4)
    compare('normal')
    for (let i = 0; i < blockWords; i++) expected[i] = (2 * (first + i + 0.5)) / 2 ** 32 - 1
    uniforms(blockWords * 4)
    compare('uniform')
  }
  console.log(`of all 2^32 words, ${differing.normal} normal and ${differing.uniform} uniform deviates differ from the definition`)
}
