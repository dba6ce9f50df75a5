/** Times since programming in words. */

/** Seconds in the largest unit that they fill, for example `1 day`. */
export function describeDuration(seconds: number): string {
  const units: [string, number][] = [['year', 31_536_000], ['day', 86_400], ['hour', 3600], ['minute', 60]]
  const [name, size] = units.find(([, length]) => seconds >= length) ?? ['second', 1]
  const count = Number((seconds / size).toPrecision(3))
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
