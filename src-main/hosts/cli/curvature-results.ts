/** What a curvature run found as a JSON document and as text. Pure. */
import { curvatureLayersTable, curvatureTotalsTable, eigenvaluesTable, landscapeTable, type Table } from '@shared/charts'
import type { CurvatureFindings } from '@shared/curvature'
import { curvatureSentences } from '@shared/curvature-words'
import type { CurvatureRun } from '@shared/run'
import { identity, type Stored } from './results'
import { printable, textTable } from './text-table'

export function curvatureJson(run: CurvatureRun, { before, after }: CurvatureFindings, stored: Stored | null) {
  const { settings } = run.config
  return {
    ...identity(run),
    settings,
    images: run.result?.imageRange.count ?? settings.images.count,
    imageRange: run.result?.imageRange ?? null,
    afterNetwork: run.result?.afterNetwork ?? null,
    before, after,
    run: stored
  }
}

/** Points of a line that fit on a screen; a plane is for the JSON document. */
const mostPoints = 41

export function curvatureText(findings: CurvatureFindings): string {
  const { before } = findings
  const section = (title: string, table: Table): string[] => (table.rows.length === 0 ? [] : ['', title, textTable(table)])
  const points = landscapeTable(findings)
  return [
    ...curvatureSentences(findings).map(printable),
    ...section('Whole network', curvatureTotalsTable(findings)),
    ...((before?.probes ?? 0) < 2 ? [] : section('By layer', curvatureLayersTable(findings))),
    ...section('Leading eigenvalues of the Hessian', eigenvaluesTable(findings)),
    ...(points.rows.length > mostPoints ? ['', `The landscape has ${points.rows.length} points: see --json.`] : section('Loss along a random direction', points))
  ].map((line) => line.replace(/\u00a0/g, ' ')).join('\n')
}
