/** Entry of the Electron host: life cycle only. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { app, BrowserWindow, dialog, session } from 'electron'
import { ipcChannels } from '@shared/transport'
import { createServices } from '../../services/services'
import { builtFile, defaultFolders, defaultMemoryMegabytes, defaultWorkers } from '../environment'
import { registerAppScheme, serveApp } from './app-protocol'
import { createDialogs } from './dialogs'
import { launchEngineProcess } from './engine-utility-process'
import { bindIpc } from './ipc'
import { setApplicationMenu } from './menu'
import { permissionAllowed } from './policies/permission'
import { openWindow } from './window'

const folders = defaultFolders()
/** Set by `electron-vite dev` only; a packaged program never loads from a server. */
const developmentServer = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null)

app.enableSandbox()
registerAppScheme()

/** A text option of the command line; unknown switches belong to Chromium. */
const argument = (argv: string[], name: 'project' | 'acim-user-data'): string | undefined => {
  const { values } = parseArgs({ args: argv, options: { [name]: { type: 'string' } }, strict: false })
  return typeof values[name] === 'string' ? values[name] : undefined
}

/** Settings and new projects in a folder of their own, for tests. */
const userDataArgument = argument(process.argv.slice(1), 'acim-user-data')
const userDataFolder = userDataArgument ?? folders.userDataFolder
// Chromium's own files lie beside ours, not among them.
app.setPath('userData', join(userDataFolder, 'electron'))

// Not awaited: Electron holds back its `ready` until this module has been evaluated.
if (app.requestSingleInstanceLock()) {
  run().catch((error: unknown) => {
    dialog.showErrorBox('Analog CIM Studio could not start', error instanceof Error ? error.message : String(error))
    app.exit(1)
  })
} else app.quit()

async function run(): Promise<void> {
  let window: BrowserWindow | null = null
  await app.whenReady()

  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) => decide(permissionAllowed(permission)))
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => permissionAllowed(permission))
  serveApp(builtFile('renderer'))

  const services = await createServices({
    kind: 'electron',
    launchEngine: launchEngineProcess,
    workers: defaultWorkers(),
    memoryMegabytes: defaultMemoryMegabytes(),
    userDataFolder,
    projectsFolder: userDataArgument === undefined ? folders.projectsFolder : join(userDataArgument, 'projects'),
    resourcesFolder: folders.resourcesFolder,
    ...createDialogs(() => window)
  })
  bindIpc({ services, window: () => window, developmentServer })
  setApplicationMenu((command) => window?.webContents.send(ipcChannels.event, 'host.command', { command }))

  const open = (): void => {
    window = openWindow({ userDataFolder, developmentServer })
    window.on('closed', () => {
      window = null
    })
  }
  const openProject = async (argv: string[]): Promise<void> => {
    const folder = argument(argv, 'project')
    // A project that cannot be opened is shown in the problems list, which the services keep.
    if (folder !== undefined) await services.openOrCreateProject(folder, folder.split(/[\\/]/).filter(Boolean).at(-1) ?? 'Project')
  }

  app.on('second-instance', (_event, argv) => {
    if (window === null) open()
    else {
      if (window.isMinimized()) window.restore()
      window.focus()
    }
    void openProject(argv.slice(1))
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })

  // Leaving while ONNX Runtime runs would abort the engine process: jobs are brought to a checkpoint first.
  let drained = false
  let draining = false
  app.on('will-quit', (event) => {
    if (drained) return
    event.preventDefault()
    if (draining) return
    draining = true
    void services.close().finally(() => {
      drained = true
      app.quit()
    })
  })

  await openProject(process.argv.slice(1))
  open()
}
