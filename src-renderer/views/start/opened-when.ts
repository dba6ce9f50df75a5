/** When a project was opened, as people say it. */
const day = 86_400_000

/** `today`, `yesterday`, `3 days ago`, then the date. `now` in milliseconds since the epoch. */
export function openedWhen(openedAt: string, now: number): string {
  const then = Date.parse(openedAt)
  if (!Number.isFinite(then)) return ''
  const days = Math.floor(startOfDay(now) / day) - Math.floor(startOfDay(then) / day)
  if (days <= 0) return 'today'
  if (days === 1) return 'yesterday'
  return days < 7 ? `${days} days ago` : new Date(then).toISOString().slice(0, 10)
}

/** Local midnight as if it were UTC, so that differences count calendar days. */
function startOfDay(time: number): number {
  const date = new Date(time)
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
}
