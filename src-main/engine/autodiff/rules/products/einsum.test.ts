import { describe, it } from 'vitest'
import { checkGradient, values } from '../../testing/finite-differences'

const cases: [equation: string, ...shapes: number[][]][] = [
  ['ij,jk->ik', [2, 3], [3, 4]],
  ['bij,bjk->bik', [2, 2, 3], [2, 3, 2]],
  ['bhid,bhjd->bhij', [1, 2, 3, 2], [1, 2, 3, 2]],
  ['ij->ji', [2, 3]],
  ['ij->i', [2, 3]],
  ['ij->', [2, 3]],
  ['i,j->ij', [2], [3]],
  ['ij,ij->', [2, 3], [2, 3]],
  ['ij,kj', [2, 3], [4, 3]],
  ['...ij,...jk->...ik', [2, 2, 3], [2, 3, 2]],
  ['...ij,jk->...ik', [2, 2, 2, 3], [3, 2]],
  ['ij,jk,kl->il', [2, 3], [3, 2], [2, 4]],
  ['ij,k->i', [2, 3], [4]],
  ['ii->i', [3, 3]],
  ['ii,i->i', [3, 3], [3]],
  ['ii->', [3, 3]],
  ['bij,bjk->bik', [1, 2, 3], [2, 3, 2]]
]

describe('gradient of Einsum', () => {
  it.each(cases)('%s', async (equation, ...shapes) => {
    const inputs = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, values(shape, i + 1)]))
    await checkGradient({ inputs, build: (b) => b.node('Einsum', Object.keys(inputs), { equation }) })
  })
})
