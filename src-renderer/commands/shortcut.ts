/** Keyboard shortcuts as text: `Mod+Shift+Z`, where Mod is Ctrl, or Cmd on Apple machines. */

export interface KeyPress {
  key: string
  /** Physical key, for letters and digits that Alt or the layout turns into something else. */
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

const keyName = (press: KeyPress): string => {
  const physical = /^(?:Key([A-Z])|Digit(\d))$/.exec(press.code)
  return (physical?.[1] ?? physical?.[2] ?? press.key).toLowerCase()
}

/** Whether a key press is this shortcut, and no more keys than it names. */
export function matchesShortcut(press: KeyPress, shortcut: string, apple: boolean): boolean {
  const parts = shortcut.toLowerCase().split('+')
  const key = parts.at(-1) ?? ''
  const mod = parts.includes('mod')
  return (
    keyName(press) === key &&
    (apple ? press.metaKey : press.ctrlKey) === mod &&
    (apple ? press.ctrlKey : press.metaKey) === false &&
    press.altKey === parts.includes('alt') &&
    press.shiftKey === parts.includes('shift')
  )
}

/** As it is written on the person's keyboard. */
export function formatShortcut(shortcut: string, apple: boolean): string {
  const appleNames: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↵' }
  const parts = shortcut.split('+')
  return apple ? parts.map((part) => appleNames[part] ?? part).join('') : parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)).join(' ')
}

export const isApple = (): boolean => /mac|iphone|ipad/i.test(navigator.platform)
