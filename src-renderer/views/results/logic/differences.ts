/** What distinguishes runs: their parameters flattened to dotted paths, and those that are not the same in all. */
import { typographicMinus } from '@shared/charts'
import type { RunRecord } from '@shared/run'

const written = (value: unknown): string => (typeof value === 'number' ? typographicMinus(String(value)) : String(value))

/** Nested values by dotted path; lists are one value. */
export function flatten(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Map([[path, Array.isArray(value) ? `[${value.map(written).join(', ')}]` : written(value)]])
  }
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...flatten(inner, path === '' ? key : `${path}.${key}`)]))
}

/** Everything that determines the result of a run. */
export function parametersOf(run: RunRecord): Map<string, string> {
  const { network, dataset } = run.provenance
  return flatten({
    network: network.name, networkSha256: network.sha256.slice(0, 12), dataset: dataset.name, datasetSha256: dataset.sha256.slice(0, 12), preprocessing: dataset.preprocessing,
    hardware: run.config.hardware, settings: run.config.settings
  })
}

export interface Difference {
  path: string
  /** One per run, in their order; an en dash where the run has no such parameter. */
  values: string[]
}

/** Parameters that differ between the runs, in the order in which they first occur. */
export function differences(runs: readonly RunRecord[]): Difference[] {
  const parameters = runs.map(parametersOf)
  const paths = [...new Set(parameters.flatMap((map) => [...map.keys()]))]
  return paths
    .map((path) => ({ path, values: parameters.map((map) => map.get(path) ?? '–') }))
    .filter(({ values }) => new Set(values).size > 1)
}
