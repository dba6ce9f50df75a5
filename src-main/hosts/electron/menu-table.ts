/**
 * What the native menu offers. A `command` is an id of the page's registry (src-renderer/commands/studio-commands.ts); a
 * test holds that each exists there. To add an entry, add a line.
 */
export type MenuEntry =
  | 'separator'
  | { role: 'quit' | 'cut' | 'copy' | 'paste' | 'selectAll' | 'resetZoom' | 'zoomIn' | 'zoomOut' | 'togglefullscreen' | 'toggleDevTools' | 'minimize' | 'zoom' }
  | { label: string; command: string; shortcut?: string }

export interface MenuColumn {
  label: string
  entries: readonly MenuEntry[]
}

export const menuTable: readonly MenuColumn[] = [
  {
    label: '&File',
    entries: [
      { label: 'New project…', command: 'project.new', shortcut: 'Alt+N' },
      { label: 'Open project…', command: 'project.open', shortcut: 'Mod+O' },
      { label: 'Open sample project', command: 'project.openSample' },
      'separator',
      { label: 'Import network…', command: 'network.import' },
      { label: 'Import data set…', command: 'dataset.import' },
      'separator',
      { label: 'Close project', command: 'project.close' },
      { role: 'quit' }
    ]
  },
  {
    label: '&Edit',
    entries: [
      { label: 'Undo change of settings', command: 'edit.undo', shortcut: 'Mod+Z' },
      { label: 'Redo change of settings', command: 'edit.redo', shortcut: 'Mod+Shift+Z' },
      'separator',
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
      'separator',
      { label: 'Computation…', command: 'edit.computation' }
    ]
  },
  {
    label: '&Go',
    entries: [
      { label: 'Start', command: 'go.start', shortcut: 'Alt+0' },
      { label: 'Model', command: 'go.model', shortcut: 'Alt+1' },
      { label: 'Data', command: 'go.data', shortcut: 'Alt+2' },
      { label: 'Device', command: 'go.device', shortcut: 'Alt+3' },
      { label: 'Hardware', command: 'go.hardware', shortcut: 'Alt+4' },
      { label: 'Simulate', command: 'go.simulate', shortcut: 'Alt+5' },
      { label: 'Fine-tune', command: 'go.finetune', shortcut: 'Alt+6' },
      { label: 'Results', command: 'go.results', shortcut: 'Alt+7' },
      { label: 'Report', command: 'go.report', shortcut: 'Alt+8' }
    ]
  },
  {
    label: '&View',
    entries: [
      { label: 'Search commands', command: 'view.palette', shortcut: 'Mod+K' },
      { label: 'Jobs', command: 'view.jobs', shortcut: 'Alt+J' },
      { label: 'Problems', command: 'view.problems', shortcut: 'Alt+P' },
      'separator',
      { label: 'Theme: as the system', command: 'view.theme.system' },
      { label: 'Theme: light', command: 'view.theme.light' },
      { label: 'Theme: dark', command: 'view.theme.dark' },
      'separator',
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'togglefullscreen' },
      { role: 'toggleDevTools' }
    ]
  },
  { label: '&Window', entries: [{ role: 'minimize' }, { role: 'zoom' }] },
  {
    label: '&Help',
    entries: [
      { label: 'Keyboard shortcuts', command: 'help.shortcuts', shortcut: 'Mod+/' },
      { label: 'About', command: 'help.about' }
    ]
  }
]
