/** How a chart leaves the page: names, and files brought to the person by the page itself. */

/** A file name from a title: lower case, letters and digits joined by hyphens. */
export const fileNameFrom = (title: string): string =>
  title.normalize('NFKD').toLowerCase().replaceAll('σ', 'sigma').replaceAll('μ', 'mu').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'chart'

/** Starts a download of `content` (text or a data URL's bytes) under `name`. */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own reference by the next task; the URL would otherwise keep the blob alive.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** The bytes of a base64 data URL, without fetching it (a content security policy may forbid that). */
export function blobFromDataUrl(url: string): Blob {
  const comma = url.indexOf(',')
  const type = url.slice(5, url.indexOf(';'))
  return new Blob([Uint8Array.from(atob(url.slice(comma + 1)), (character) => character.charCodeAt(0))], { type })
}
