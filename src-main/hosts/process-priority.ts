/** Priority of the engine process below what draws the interface: its worker threads take every core, and a page that waits for one of them misses frames. */
import { writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/**
 * Lets a process compute only with the time that the rest of the machine leaves over. Where the system refuses, it keeps its priority: that costs smoothness, no result.
 * To be called right after the start: under Linux a thread inherits the priority from the one that makes it, and those that already run keep theirs.
 * @param id of the process; undefined while it has none
 */
export function lowerPriority(id: number | undefined): void {
  if (id === undefined) return
  const niceness = constants.priority.PRIORITY_BELOW_NORMAL
  attempt(() => setPriority(id, Math.max(niceness, getPriority(id))))
  // A Linux session has a share of the processor of its own where the kernel groups by sessions, and a process's niceness counts within it alone (sched(7), "The autogroup feature").
  if (process.platform === 'linux') attempt(() => writeFileSync(`/proc/${id}/autogroup`, String(niceness)))
}

function attempt(change: () => void): void {
  try {
    change()
  } catch {
    // Refused, unknown to this kernel, or the process has ended.
  }
}
