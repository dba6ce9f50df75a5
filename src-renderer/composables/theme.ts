/** Theme choice and the small things that the browser remembers. */
import { onScopeDispose, ref, type Ref } from 'vue'

export type ThemeChoice = 'system' | 'light' | 'dark'

const prefix = 'acim.'

/** A remembered word, or `fallback` when there is none or it is not one of `allowed`. */
export function readStored<T extends string>(key: string, allowed: readonly T[], fallback: T): T {
  const value = localStorage.getItem(prefix + key)
  return allowed.find((candidate) => candidate === value) ?? fallback
}

export const store = (key: string, value: string): void => localStorage.setItem(prefix + key, value)

/** Sets the theme on the document; `system` leaves it to `color-scheme: light dark`. */
export function applyTheme(choice: ThemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = choice
}

/** Follows the system's preference. */
export function systemIsDark(): Ref<boolean> {
  const query = window.matchMedia('(prefers-color-scheme: dark)')
  const dark = ref(query.matches)
  const update = (event: MediaQueryListEvent): void => {
    dark.value = event.matches
  }
  query.addEventListener('change', update)
  onScopeDispose(() => query.removeEventListener('change', update))
  return dark
}

/** A remembered number, or `fallback`. */
export function readStoredNumber(key: string, fallback: number): number {
  const value = Number.parseFloat(localStorage.getItem(prefix + key) ?? '')
  return Number.isFinite(value) ? value : fallback
}
