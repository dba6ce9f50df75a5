/** What the names of operators say about the module that they come from: `/layer1/layer1.0/conv1/Conv` → `layer1.0`. */

/** The path of a name up to its last numbered part but not the operator's own; empty when there is none. */
export function numberedScope(name: string): string {
  const parts = name.split('/').filter((part) => part !== '')
  parts.pop()
  while (parts.length > 0 && !/\d$/.test(parts[parts.length - 1] ?? '')) parts.pop()
  return parts.join('/')
}

/** `layer1` for `layer1/layer1.0`, `layer1/layer1.1`, …: what numbered scopes have in common; null when they are not such a list. */
export function commonScope(scopes: readonly string[]): string | null {
  const withoutNumber = new Set(scopes.map((scope) => scope.replace(/[._]?\d+$/, '')))
  const [common] = withoutNumber
  if (withoutNumber.size !== 1 || common === undefined || common === '' || new Set(scopes).size !== scopes.length) return null
  return common.split('/').pop() ?? null
}
