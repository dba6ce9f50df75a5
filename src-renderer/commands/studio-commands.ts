/** The commands that exist everywhere. Their ids are what host menus send; do not rename them lightly. */
import { Cpu, FilePlus2, FlaskConical, FolderOpen, House, Info, Keyboard, LayoutList, Monitor, Moon, Redo2, Search, Sun, TriangleAlert, Undo2, Upload, X } from '@lucide/vue'
import type { Router } from 'vue-router'
import { stepIds, steps } from '../composables/flow'
import type { ThemeChoice } from '../composables/theme'
import type { ProjectActions } from '../composables/project-actions'
import type { useProjectStore } from '../stores/project'
import type { useUiStore } from '../stores/ui'
import type { Command } from './registry'

interface Needs {
  router: Router
  project: ReturnType<typeof useProjectStore>
  ui: ReturnType<typeof useUiStore>
  actions: ProjectActions
}

export function studioCommands({ router, project, ui, actions }: Needs): Command[] {
  const hasProject = (): boolean => project.open
  const theme = (choice: ThemeChoice, title: string, icon: Command['icon']): Command => ({
    id: `view.theme.${choice}`, title, group: 'View', ...(icon === undefined ? {} : { icon }), keywords: 'dark light appearance',
    run: () => {
      ui.theme = choice
    }
  })
  return [
    ...stepIds.map((id, index): Command => ({
      id: `go.${id}`, title: `Go to ${steps[id].label}`, group: 'Go to', icon: steps[id].icon, shortcut: `Alt+${index + 1}`, enabled: hasProject, run: () => router.push({ name: id })
    })),
    { id: 'go.start', title: 'Go to Start', group: 'Go to', icon: House, shortcut: 'Alt+0', keywords: 'home welcome', run: () => router.push({ name: 'start' }) },
    { id: 'project.openSample', title: 'Open sample project', group: 'Project', icon: FlaskConical, keywords: 'demo example', run: actions.openSample },
    { id: 'project.new', title: 'New project…', group: 'Project', icon: FilePlus2, shortcut: 'Alt+N', run: actions.askNew },
    { id: 'project.open', title: 'Open project…', group: 'Project', icon: FolderOpen, shortcut: 'Mod+O', run: actions.pickAndOpen },
    { id: 'project.close', title: 'Close project', group: 'Project', icon: X, enabled: hasProject, run: actions.close },
    { id: 'network.import', title: 'Import network…', group: 'Project', icon: Upload, keywords: 'onnx model', enabled: hasProject, run: actions.importNetwork },
    { id: 'dataset.import', title: 'Import data set…', group: 'Project', icon: Upload, keywords: 'images mnist cifar idx npy', enabled: hasProject, run: actions.importDataset },
    { id: 'edit.undo', title: 'Undo change of settings', group: 'Edit', icon: Undo2, shortcut: 'Mod+Z', enabled: () => project.canUndo, run: project.undo },
    { id: 'edit.redo', title: 'Redo change of settings', group: 'Edit', icon: Redo2, shortcut: 'Mod+Shift+Z', enabled: () => project.canRedo, run: project.redo },
    {
      id: 'view.palette', title: 'Search commands', group: 'View', icon: Search, shortcut: 'Mod+K',
      run: () => {
        ui.paletteOpen = !ui.paletteOpen
      }
    },
    {
      id: 'edit.computation', title: 'Computation: provider and memory…', group: 'Edit', icon: Cpu, keywords: 'gpu cuda directml coreml webgpu limit preferences settings',
      run: () => {
        ui.computationOpen = true
      }
    },
    { id: 'view.jobs', title: 'Show or hide jobs', group: 'View', icon: LayoutList, shortcut: 'Alt+J', run: () => ui.togglePanel('jobs') },
    { id: 'view.problems', title: 'Show or hide problems', group: 'View', icon: TriangleAlert, shortcut: 'Alt+P', run: () => ui.togglePanel('problems') },
    theme('system', 'Theme: as the system', Monitor),
    theme('light', 'Theme: light', Sun),
    theme('dark', 'Theme: dark', Moon),
    {
      id: 'help.shortcuts', title: 'Keyboard shortcuts', group: 'Help', icon: Keyboard, shortcut: 'Mod+/',
      run: () => {
        ui.shortcutsOpen = true
      }
    },
    {
      id: 'help.about', title: 'About', group: 'Help', icon: Info, keywords: 'version',
      run: () => {
        ui.aboutOpen = true
      }
    }
  ]
}
