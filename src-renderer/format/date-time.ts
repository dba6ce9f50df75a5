/** Dates as they are written in tables: local time, the year first, so that they sort and are the same for every reader. */

const two = (value: number): string => String(value).padStart(2, '0')

/** `2026-11-23 14:05`; an en dash for what is no date. */
export function dateTime(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return '–'
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}
