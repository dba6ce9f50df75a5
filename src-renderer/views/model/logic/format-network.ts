/** Shapes, counts and sizes as they are written on screen. */

type Shape = readonly (number | 'N')[]

/** `64×16×16`: the shape of one image's value, the batch left out. A value that is nothing but the batch is `1`. */
export function formatShape(shape: Shape): string {
  const withoutBatch = shape[0] === 'N' ? shape.slice(1) : shape
  return withoutBatch.length === 0 ? (shape.length === 0 ? 'scalar' : '1') : withoutBatch.join('×')
}

/** `10 classes`; a network without class scores is simulated for its fidelity alone. */
export const formatClasses = (classes: number): string => (classes === 0 ? 'no class scores' : `${classes} classes`)

/** The integers in an attribute's text, in order: `[3, 3]` → 3, 3. */
export function listOfIntegers(text: string | undefined): number[] {
  return (text?.match(/-?\d+/g) ?? []).map(Number)
}

const prefixes = ['', 'k', 'M', 'G', 'T'] as const

/** Three significant digits with an SI prefix: 2 764 800 → `2.76 M`. */
export function formatCount(value: number): string {
  if (Math.abs(value) < 1000) return String(value)
  const step = Math.min(prefixes.length - 1, Math.floor(Math.log10(Math.abs(value)) / 3))
  const digits = value / 1000 ** step
  // Rounding to three digits may reach the next prefix: 999 999 is 1.00 M, not 1000 k.
  if (Math.abs(Number(digits.toPrecision(3))) >= 1000 && step < prefixes.length - 1) return `${(digits / 1000).toPrecision(3)} ${prefixes[step + 1]}`
  return `${digits.toPrecision(3)} ${prefixes[step]}`
}

/** `704.5 kB`, decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB'] as const
  const step = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** step).toFixed(1)} ${units[step - 1]}`
}
