/** The cost model in the documentation is the one that the program evaluates. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scaleGranularities } from '../../src-shared/hardware'
import { areaIds, areaTerms, layerTime } from '../../src-shared/cost/area-and-time'
import { componentIds, energyTerms } from '../../src-shared/cost/energy'
import { figureIds, figures } from '../../src-shared/cost/figures'
import { granularityNotes } from '../../src-shared/cost/granularity'
import { costLimits } from '../../src-shared/cost/limits'
import { quantities, quantityIds } from '../../src-shared/cost/quantities'

it('docs/cost-model.md says what the program evaluates', () => {
  const lines = readFileSync(join(import.meta.dirname, '../../docs/cost-model.md'), 'utf8').split('\n')
  for (const id of quantityIds) expect(lines).toContain(`| ${quantities[id].label} | ${quantities[id].formula} | ${quantities[id].meaning} |`)
  for (const id of componentIds) expect(lines).toContain(`| ${energyTerms[id].label} | ${energyTerms[id].formula} |`)
  for (const id of figureIds) {
    const { label, symbol, value, unit, source, derivation, uncertainty } = figures[id]
    const cited = source === null ? '' : `${source.text}, ${source.link ?? ''}. `
    expect(lines).toContain(`| ${label} | ${symbol} | ${value === null ? '–' : `${value} ${unit}`.trim()} | ${cited}${derivation} | ${uncertainty} |`)
  }
  for (const limit of costLimits) expect(lines).toContain(`- ${limit}`)
  const text = lines.join('\n')
  for (const granularity of scaleGranularities) expect(text).toContain(granularityNotes[granularity])
  for (const sentence of [layerTime.formula, layerTime.meaning, ...areaIds.map((id) => areaTerms[id].formula)]) expect(text).toContain(sentence)
})
