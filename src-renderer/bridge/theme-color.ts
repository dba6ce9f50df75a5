/**
 * Keeps `<meta name="theme-color">` at the colour behind the page. Electron's window takes it as its own background and begins with it
 * next time, so that nothing flashes in another theme.
 */
export function announceThemeColor(): void {
  const meta = document.createElement('meta')
  meta.name = 'theme-color'
  document.head.append(meta)
  const announce = (): void => {
    meta.content = getComputedStyle(document.body).backgroundColor
  }
  new MutationObserver(announce).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', announce)
  announce()
}
