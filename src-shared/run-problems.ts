/** What does not fit together in what a run would compute: at every point of its sweep, or in its hardware. */
import { sweepPhrase, sweepValueLabel } from './charts'
import { hardwareProblems, type Hardware } from './hardware'
import { ProblemError, type Problem } from './problems'
import type { Sweep, SweepValue } from './simulation'
import { hardwareAt } from './sweep'

interface Found {
  problem: Problem
  /** Values of the sweep at which it was found. */
  values: SweepValue[]
}

/** Errors and warnings. With a sweep the hardware itself is not computed, only its points are. */
export function runProblems(hardware: Hardware, sweep: Sweep | null): Problem[] {
  if (sweep === null) return hardwareProblems(hardware)
  const found = new Map<string, Found>()
  for (const value of sweep.values) {
    for (const problem of problemsAt(hardware, sweep, value)) {
      const key = problem.severity + problem.where + problem.message
      const known = found.get(key)
      if (known === undefined) found.set(key, { problem, values: [value] })
      else known.values.push(value)
    }
  }
  return [...found.values()].map(({ problem, values }) => (values.length === sweep.values.length ? problem : { ...problem, message: `${placeInSweep(sweep, values)}: ${problem.message}` }))
}

function problemsAt(hardware: Hardware, sweep: Sweep, value: SweepValue): Problem[] {
  try {
    return hardwareProblems(hardwareAt(hardware, sweep.parameter, value))
  } catch (thrown) {
    if (thrown instanceof ProblemError) return [thrown.problem]
    throw thrown
  }
}

/** `At ADC bits 4, 8` */
function placeInSweep({ parameter }: Sweep, values: readonly SweepValue[]): string {
  const shown = values.slice(0, 3).map((value) => sweepValueLabel(value, parameter))
  return `At ${sweepPhrase(parameter)} ${shown.join(', ')}${values.length > shown.length ? ', …' : ''}`
}

/** Ends the operation with the first error of a run. */
export function requireRunnable(hardware: Hardware, sweep: Sweep | null): void {
  const first = runProblems(hardware, sweep).find(({ severity }) => severity === 'error')
  if (first !== undefined) throw new ProblemError(first)
}

export const runWarnings = (hardware: Hardware, sweep: Sweep | null): Problem[] => runProblems(hardware, sweep).filter(({ severity }) => severity !== 'error')
