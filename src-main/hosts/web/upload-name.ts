/** File names from a browser are foreign input: this is what is left of one before it touches the disk. */

const longestName = 200
/** Device names that Windows resolves in every folder. */
const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

/**
 * A plain file name on every system: the last component only, without control and reserved characters, never hidden,
 * empty or dotted, with its ending kept when it is too long.
 */
export function safeFileName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  let safe = last.normalize('NFC').replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_').replace(/^[.\s]+|[.\s]+$/g, '')
  if (safe === '') safe = 'upload'
  if (reserved.test(safe)) safe = `_${safe}`
  if (safe.length <= longestName) return safe
  const dot = safe.lastIndexOf('.')
  const ending = dot > 0 && safe.length - dot <= 16 ? safe.slice(dot) : ''
  return safe.slice(0, longestName - ending.length) + ending
}
