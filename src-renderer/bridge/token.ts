/**
 * The web host's token comes in the address's fragment, which never leaves the browser. It is moved to the tab's session
 * storage at once, so that it neither stays in the address bar and the history nor meets the router's own fragment.
 */
const key = 'acim.token'

/** Moves the token out of the address. Imported by index.html before everything else; does nothing under Electron. */
export function takeToken(): void {
  const match = /^#token=([A-Za-z0-9_-]+)$/.exec(location.hash)
  if (match?.[1] === undefined) return
  sessionStorage.setItem(key, match[1])
  history.replaceState(history.state, '', location.pathname + location.search)
}

/** The token of this tab, or null when it was opened without one. */
export const storedToken = (): string | null => sessionStorage.getItem(key)
