/** Undo and redo of values that are replaced whole. */

/** Edits with the same key within this time are one step. */
const mergeMilliseconds = 1000
const deepest = 200

export interface History<T> {
  /** Notes the value before a change. */
  record(before: T, key: string, now: number): void
  /** The value to return to, given the present one; null when there is none. */
  undo(present: T): T | null
  redo(present: T): T | null
  canUndo(): boolean
  canRedo(): boolean
  clear(): void
}

export function createHistory<T>(): History<T> {
  let past: T[] = []
  let future: T[] = []
  let last: { key: string; at: number } | null = null
  return {
    record(before, key, now) {
      const merged = last !== null && last.key === key && now - last.at < mergeMilliseconds && past.length > 0
      if (!merged) past = [...past, before].slice(-deepest)
      future = []
      last = { key, at: now }
    },
    undo(present) {
      const value = past.at(-1)
      if (value === undefined) return null
      past = past.slice(0, -1)
      future = [...future, present]
      last = null
      return value
    },
    redo(present) {
      const value = future.at(-1)
      if (value === undefined) return null
      future = future.slice(0, -1)
      past = [...past, present]
      last = null
      return value
    },
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    clear() {
      past = []
      future = []
      last = null
    }
  }
}
