/** Names that a person may have meant. */

/** Insertions, deletions and replacements that turn one text into the other (Levenshtein distance). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const [above = 0, diagonal = 0, left = 0] = [row[j], row[j - 1], next[j - 1]]
      next.push(Math.min(above + 1, left + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** At most `count` of `names`, nearest first: those within a third of their length, or that contain or are contained in `text`. */
export function closeMatches(text: string, names: readonly string[], count = 4): string[] {
  const wanted = text.toLowerCase()
  const near = names.flatMap((name) => {
    const other = name.toLowerCase()
    const contained = wanted.length >= 3 && (other.includes(wanted) || wanted.includes(other))
    const distance = editDistance(wanted, other)
    return contained || distance <= Math.max(1, Math.floor(other.length / 3)) ? [{ name, distance }] : []
  })
  return near.sort((a, b) => a.distance - b.distance).slice(0, count).map(({ name }) => name)
}
