/** The registry inside components. */
import { inject, onScopeDispose, type InjectionKey } from 'vue'
import type { Command, CommandRegistry } from './registry'

export const commandsKey: InjectionKey<CommandRegistry> = Symbol('commands')

export function useCommandRegistry(): CommandRegistry {
  const registry = inject(commandsKey)
  if (registry === undefined) throw new Error('The application was not made by createStudio: there is no command registry.')
  return registry
}

/** Adds commands for as long as the calling component is alive. */
export function useCommands(commands: readonly Command[]): void {
  onScopeDispose(useCommandRegistry().register(commands))
}
