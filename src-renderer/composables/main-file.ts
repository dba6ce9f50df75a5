/** Of several files given together, the one that stands for all: the others (labels, external weights) are found beside it. */

export interface NamedFile {
  name: string
  size: number
}

/** A network first; else images rather than labels, training rather than test parts; else the largest. Undefined for none. */
export function mainFile<F extends NamedFile>(files: readonly F[]): F | undefined {
  const rank = ({ name }: NamedFile): number => {
    const lower = name.toLowerCase()
    if (lower.endsWith('.onnx')) return 4
    if (lower.includes('label')) return 0
    if (/train|data_batch_1/.test(lower)) return 3
    return lower.includes('image') ? 2 : 1
  }
  return [...files].sort((a, b) => rank(b) - rank(a) || b.size - a.size)[0]
}
