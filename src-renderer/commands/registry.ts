/**
 * The one list of commands: what the palette shows, what shortcuts and buttons run, and what a host's menu asks for by id.
 * A view adds its own commands while it is on screen.
 */
import { computed, shallowReactive, type Component } from 'vue'
import { matchesShortcut, type KeyPress } from './shortcut'

export interface Command {
  /** Stable name, used by host menus: `project.open`. */
  id: string
  title: string
  /** Heading in the palette. */
  group: string
  icon?: Component
  shortcut?: string
  /** Further words by which it is found. */
  keywords?: string
  /** Whether it can run now; missing: always. */
  enabled?: () => boolean
  run: () => void | Promise<unknown>
}

export interface CommandRegistry {
  /** Adds commands; the returned function removes them. An id that is already there is a fault of ours. */
  register(commands: readonly Command[]): () => void
  all(): Command[]
  find(id: string): Command | undefined
  /** Runs a command if it exists and is enabled; says whether it did. */
  run(id: string): boolean
  /** Runs the command with this shortcut; says whether there was one. */
  runShortcut(press: KeyPress, apple: boolean): boolean
}

export function createCommandRegistry(): CommandRegistry {
  const commands = shallowReactive(new Map<string, Command>())
  const list = computed(() => [...commands.values()])
  const isEnabled = (command: Command): boolean => command.enabled?.() ?? true

  function run(id: string): boolean {
    const command = commands.get(id)
    if (command === undefined || !isEnabled(command)) return false
    void command.run()
    return true
  }

  return {
    register(added) {
      for (const command of added) {
        if (commands.has(command.id)) throw new Error(`There are two commands with the id ${command.id}.`)
        commands.set(command.id, command)
      }
      return () => {
        for (const command of added) commands.delete(command.id)
      }
    },
    all: () => list.value,
    find: (id) => commands.get(id),
    run,
    runShortcut(press, apple) {
      const command = list.value.find((candidate) => candidate.shortcut !== undefined && matchesShortcut(press, candidate.shortcut, apple))
      return command !== undefined && run(command.id)
    }
  }
}

/** Commands that fit `query`, best first: every word must occur; a title that starts with it counts most. */
export function searchCommands(commands: readonly Command[], query: string): Command[] {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const score = (command: Command): number => {
    const title = command.title.toLowerCase()
    const all = `${title} ${command.group} ${command.keywords ?? ''}`.toLowerCase()
    if (!words.every((word) => all.includes(word))) return 0
    return words.reduce((sum, word) => sum + (title.startsWith(word) ? 4 : title.includes(` ${word}`) ? 3 : title.includes(word) ? 2 : 1), 1)
  }
  return commands
    .filter((command) => command.enabled?.() ?? true)
    .map((command, index) => ({ command, index, score: score(command) }))
    .filter((entry) => entry.score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map((entry) => entry.command)
}
