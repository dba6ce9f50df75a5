/** What is common to all devices: levels, write–verify and stuck-at faults. */
import { z } from 'zod'
import { documented } from './documentation'

const fraction = (label: string, meaning: string) =>
  documented(z.number().min(0).max(1).default(0), { label, meaning, formula: 'share of cells, each drawn on its own' })

export const programmingSchema = z
  .strictObject({
    levels: documented(z.int().min(0).max(65536).refine((levels) => levels !== 1, 'Use 0 (continuous) or at least 2 levels.').default(0), {
      label: 'Levels',
      meaning: 'Programmable levels, evenly spaced over the range; each target goes to the nearest. 0 is continuous.',
      formula: 'G = G_min + round((G_target − G_min)·(L − 1)/ΔG)·ΔG/(L − 1)'
    }),
    writeVerify: z
      .strictObject({
        toleranceFraction: documented(z.number().min(0).max(1).default(0), {
          label: 'Write–verify tolerance',
          meaning:
            'A cell is programmed again while it is further from its target than this fraction of the range. 0 programs once. ' +
            'Models that were measured behind a write–verify loop contain it already.',
          formula: '|G − G_target| ≤ tolerance·ΔG'
        }),
        tries: documented(z.int().min(1).max(100).default(10), {
          label: 'Write–verify tries',
          meaning: 'After this many tries the last result stays, whatever it is.'
        })
      })
      .prefault({}),
    stuckAtMinimum: fraction('Stuck at minimum', 'Share of cells that stay at the lower end of the range, whatever is programmed.'),
    stuckAtMaximum: fraction('Stuck at maximum', 'Share of cells that stay at the upper end of the range.'),
    stuckAtRandom: fraction('Stuck at random', 'Share of cells that stay at a level drawn uniformly from the range.')
  })
  .refine((p) => p.stuckAtMinimum + p.stuckAtMaximum + p.stuckAtRandom <= 1, {
    message: 'The three shares of stuck cells add to more than 1.',
    path: ['stuckAtMinimum']
  })
export type Programming = z.infer<typeof programmingSchema>
