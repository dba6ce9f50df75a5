/** Reading and replacing values of plain documents by dotted path, for forms that are made from documentation. */

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at `path`, for example `range.maximum`; undefined where there is none. An empty path is the document itself. */
export function valueAt(root: unknown, path: string): unknown {
  if (path === '') return root
  return path.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), root)
}

/**
 * A copy of `root` with `value` at `path`. The type is kept: the caller takes path and value from the documentation of that
 * very document, and the schema is checked again where the description is used.
 */
export function withValueAt<T extends object>(root: T, path: string, value: unknown): T {
  const [key, ...rest] = path.split('.')
  if (key === undefined || key === '') throw new Error('A value needs a path.')
  const inner = (root as Record<string, unknown>)[key]
  return { ...root, [key]: rest.length === 0 ? value : withValueAt(isObject(inner) ? inner : {}, rest.join('.'), value) }
}
