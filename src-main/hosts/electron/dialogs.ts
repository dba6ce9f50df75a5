/** The operating system's dialogs for choosing and saving files. The page never sees the path that was chosen. */
import { basename, extname } from 'node:path'
import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'
import type { HostAbilities } from '../../services/contract'

type Purpose = Parameters<NonNullable<HostAbilities['pick']>>[0]

/** What each purpose asks for; one line per purpose. */
const pickDialogs: Record<Purpose, OpenDialogOptions> = {
  network: { title: 'Import a network', properties: ['openFile'], filters: [{ name: 'ONNX network', extensions: ['onnx'] }, { name: 'All files', extensions: ['*'] }] },
  'data-file': {
    title: 'Import a data file',
    properties: ['openFile'],
    filters: [{ name: 'All files', extensions: ['*'] }, { name: 'Data sets', extensions: ['gz', 'bin', 'npy', 'npz', 'idx', 'ubyte'] }]
  },
  'data-folder': { title: 'Import a folder of data', properties: ['openDirectory'] },
  project: { title: 'Open a project', properties: ['openDirectory'] },
  'new-project-folder': { title: 'Folder for the new project', properties: ['openDirectory', 'createDirectory', 'promptToCreate'] },
  hardware: { title: 'Import a hardware description', properties: ['openFile'], filters: [{ name: 'Hardware description', extensions: ['json'] }] },
  device: { title: 'Import a device', properties: ['openFile'], filters: [{ name: 'Device', extensions: ['json'] }] },
  measurements: { title: 'Import measured conductances', properties: ['openFile'], filters: [{ name: 'Table', extensions: ['csv', 'tsv', 'txt'] }, { name: 'All files', extensions: ['*'] }] }
}

/** Dialogs attached to the window that `current` gives. */
export function createDialogs(current: () => BrowserWindow | null): Required<Pick<HostAbilities, 'pick' | 'saveAs'>> {
  return {
    async pick(purpose) {
      const window = current()
      const options = pickDialogs[purpose]
      const { canceled, filePaths } = await (window === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options))
      return canceled ? null : (filePaths[0] ?? null)
    },
    async saveAs(suggestedName) {
      const window = current()
      const name = basename(suggestedName)
      const ending = extname(name).slice(1)
      const options = { defaultPath: name, filters: ending === '' ? [] : [{ name: ending.toUpperCase(), extensions: [ending] }] }
      const { canceled, filePath } = await (window === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options))
      return canceled || filePath === '' ? null : filePath
    }
  }
}
