import { describe, expect, it } from 'vitest'
import { createCommandRegistry, searchCommands, type Command } from './registry'
import { formatShortcut, matchesShortcut, type KeyPress } from './shortcut'

const press = (code: string, key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({ code, key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers })

describe('shortcuts', () => {
  it('match the keys they name and no more', () => {
    expect(matchesShortcut(press('KeyK', 'k', { ctrlKey: true }), 'Mod+K', false)).toBe(true)
    expect(matchesShortcut(press('KeyK', 'k', { metaKey: true }), 'Mod+K', true)).toBe(true)
    expect(matchesShortcut(press('KeyK', 'k', { metaKey: true }), 'Mod+K', false)).toBe(false)
    expect(matchesShortcut(press('KeyK', 'K', { ctrlKey: true, shiftKey: true }), 'Mod+K', false)).toBe(false)
    expect(matchesShortcut(press('Enter', 'Enter', { ctrlKey: true }), 'Mod+Enter', false)).toBe(true)
  })
  it('go by the physical key where Alt makes another character of it', () => {
    expect(matchesShortcut(press('Digit1', '¡', { altKey: true }), 'Alt+1', true)).toBe(true)
  })
  it('are written as on the keyboard', () => {
    expect([formatShortcut('Mod+Shift+Z', true), formatShortcut('Mod+Shift+Z', false)]).toEqual(['⌘⇧Z', 'Ctrl Shift Z'])
  })
})

describe('the registry', () => {
  const done: string[] = []
  const command = (id: string, more: Partial<Command> = {}): Command => ({ id, title: id, group: 'Test', run: () => void done.push(id), ...more })

  it('runs by id and by shortcut what is enabled, until it is taken away', () => {
    const registry = createCommandRegistry()
    let enabled = false
    const remove = registry.register([command('a'), command('b', { shortcut: 'Mod+B', enabled: () => enabled })])
    expect(registry.run('a')).toBe(true)
    expect(registry.runShortcut(press('KeyB', 'b', { ctrlKey: true }), false)).toBe(false)
    enabled = true
    expect(registry.runShortcut(press('KeyB', 'b', { ctrlKey: true }), false)).toBe(true)
    expect(done).toEqual(['a', 'b'])
    remove()
    expect(registry.run('a')).toBe(false)
    expect(registry.all()).toEqual([])
  })
  it('refuses two commands of one id', () => {
    const registry = createCommandRegistry()
    registry.register([command('a')])
    expect(() => registry.register([command('a')])).toThrow('a')
  })
  it('finds by all words, beginnings first, and only what can run', () => {
    const commands = [command('1', { title: 'Show data' }), command('2', { title: 'Data set: import' }), command('3', { title: 'Theme: dark', keywords: 'appearance' }), command('4', { title: 'Data off', enabled: () => false })]
    expect(searchCommands(commands, 'data').map(({ id }) => id)).toEqual(['2', '1'])
    expect(searchCommands(commands, 'appear').map(({ id }) => id)).toEqual(['3'])
    expect(searchCommands(commands, 'data theme')).toEqual([])
    expect(searchCommands(commands, '')).toHaveLength(3)
  })
})
