/**
 * The native menu. It names commands of the page's own registry by id (src-renderer/commands); what they do lives there,
 * and so do their shortcuts, which are only shown here.
 */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import { menuTable, type MenuEntry } from './menu-table'

/** Builds and sets the application menu; `run` sends a command to the page. */
export function setApplicationMenu(run: (command: string) => void): void {
  const item = (entry: MenuEntry): MenuItemConstructorOptions => {
    if (entry === 'separator') return { type: 'separator' }
    if ('role' in entry) return { role: entry.role }
    return {
      label: entry.label,
      click: () => run(entry.command),
      // The page handles the key itself; registering it as well would run the command twice.
      ...(entry.shortcut === undefined ? {} : { accelerator: entry.shortcut.replace('Mod', 'CommandOrControl'), registerAccelerator: false })
    }
  }
  const template: MenuItemConstructorOptions[] = menuTable.map((menu) => ({ label: menu.label, submenu: menu.entries.map(item) }))
  if (process.platform === 'darwin') template.unshift({ role: 'appMenu' })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
