/** Networks of a study as they are chosen: the project's finished fine-tunings, and what is in the settings besides. */
import { comparedName, type ComparedNetwork } from '@shared/compared-network'
import type { RunSummary } from '@shared/run'
import { originalName, type TunedNetwork } from '@shared/study'

const longestName = 60

/** A name that no other network of the study has. */
export function freeName(wanted: string, taken: readonly string[]): string {
  const base = wanted.trim().slice(0, longestName - 4) || 'Fine-tuned'
  const names = new Set([originalName, ...taken])
  if (!names.has(base)) return base
  for (let number = 2; ; number++) if (!names.has(`${base} ${number}`)) return `${base} ${number}`
}

/** Why a network cannot have this name; null where it can. */
export function nameProblem(name: string, others: readonly string[]): string | null {
  const trimmed = name.trim()
  if (trimmed === '') return 'A network needs a name.'
  if (trimmed.length > longestName) return `At most ${longestName} characters.`
  return [originalName, ...others].includes(trimmed) ? `“${trimmed}” is the name of another network.` : null
}

export interface NetworkChoice {
  key: string
  network: ComparedNetwork
  /** What it is, whatever it is called in the study. */
  label: string
  /** Its name in the study; null: not chosen. */
  name: string | null
}

/** Finished fine-tunings in the order in which they were made, then chosen networks that are none of these. */
export function networkChoices(runs: readonly RunSummary[], tuned: readonly TunedNetwork[]): NetworkChoice[] {
  const chosen = new Map(tuned.map(({ name, network }) => [comparedName(network), name]))
  const finished = runs.filter((run) => run.kind === 'finetune' && run.status === 'finished')
  const known = new Set(finished.map(({ id }) => id))
  return [
    ...finished.map((run): NetworkChoice => ({ key: run.id, network: { kind: 'run', runId: run.id }, label: `${run.name} (${run.id.replace(/-[a-z]+$/, '')})`, name: chosen.get(run.id) ?? null })),
    ...tuned.filter(({ network }) => !known.has(comparedName(network))).map(({ name, network }): NetworkChoice => ({ key: comparedName(network), network, label: comparedName(network), name }))
  ]
}
