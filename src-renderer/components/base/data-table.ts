/** Sorting and windowing of DataTable, apart from the DOM. */

export interface SortState {
  key: string
  descending: boolean
}

/** A click on a heading: ascending, then descending, then as given. */
export function nextSort(current: SortState | null, key: string): SortState | null {
  if (current?.key !== key) return { key, descending: false }
  return current.descending ? null : { key, descending: true }
}

/** A sorted copy; stable, numbers by value, text in the reader's order with numbers inside ("conv10" after "conv2"), missing values last. */
export function sortRows<Row>(rows: readonly Row[], value: ((row: Row) => string | number | null) | undefined, descending: boolean): Row[] {
  if (value === undefined) return [...rows]
  const sign = descending ? -1 : 1
  const collator = new Intl.Collator('en', { numeric: true })
  return rows
    .map((row) => ({ row, key: value(row) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return a.key === b.key ? 0 : a.key === null ? 1 : -1
      if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key)
      return sign * collator.compare(String(a.key), String(b.key))
    })
    .map(({ row }) => row)
}

/** Rows [first, last) to draw for a scroll position, with a margin of ten on each side. */
export function visibleWindow(scrollTop: number, height: number, rowHeight: number, count: number): { first: number; last: number } {
  const margin = 10
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight) - margin))
  return { first, last: Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + margin) }
}
