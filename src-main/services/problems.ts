/** The list behind the problems panel: what went wrong outside of a request that a person waits for. */
import { isDeepStrictEqual } from 'node:util'
import { fail, type Problem } from '@shared/problems'
import type { EventHub } from './event-hub'

/** Older problems make room: a list that nobody can read helps nobody. */
const longestList = 200

export interface ProblemList {
  list(): Problem[]
  /** Adds a problem at the end; one that is already listed moves there. */
  add(problem: Problem): void
  /** Removes one by its position, or all for null. */
  dismiss(index: number | null): void
}

export function createProblemList(hub: EventHub): ProblemList {
  let problems: Problem[] = []
  const replace = (next: Problem[]): void => {
    problems = next
    hub.emit('problems.changed', [...problems])
  }
  return {
    list: () => [...problems],
    add: (problem) => replace([...problems.filter((other) => !isDeepStrictEqual(other, problem)), problem].slice(-longestList)),
    dismiss: (index) => {
      if (index !== null && index >= problems.length) fail('REQUEST_INVALID', 'index', `There are ${problems.length} problems in the list.`)
      replace(index === null ? [] : problems.filter((_, position) => position !== index))
    }
  }
}
