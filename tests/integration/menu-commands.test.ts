import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { menuTable } from '../../src-main/hosts/electron/menu-table'

/** Both sides are read as they are; the layers forbid that one imports the other. */
const registry = readFileSync(join(import.meta.dirname, '../../src-renderer/commands/studio-commands.ts'), 'utf8')
const flow = readFileSync(join(import.meta.dirname, '../../src-renderer/composables/flow.ts'), 'utf8')

const commands = menuTable.flatMap((column) => column.entries.flatMap((entry) => (typeof entry === 'object' && 'command' in entry ? [entry.command] : [])))

it.each(commands)('the page knows the menu command %s', (command) => {
  const step = /^go\.(?!start$)(\w+)$/.exec(command)?.[1]
  const theme = /^view\.theme\.(\w+)$/.exec(command)?.[1]
  if (step !== undefined) expect(flow).toMatch(new RegExp(`stepIds = \\[[^\\]]*'${step}'`))
  else if (theme !== undefined) expect(registry).toContain(`theme('${theme}'`)
  else expect(registry).toContain(`id: '${command}'`)
})
