/** Binds the services to Electron's IPC: requests in, answers and events out. */
import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import type { Answer } from '@shared/api'
import { problem } from '@shared/problems'
import { ipcChannels } from '@shared/transport'
import type { Services } from '../../services/contract'
import { senderAllowed } from './policies/ipc-sender'

export interface IpcContext {
  services: Services
  window(): BrowserWindow | null
  developmentServer: string | null
}

/** The services check name and input against the API's schemas; here only the sender and the outer form are checked. */
export function bindIpc(context: IpcContext): void {
  const { services } = context

  const fromOwnPage = (event: IpcMainInvokeEvent): boolean =>
    event.sender === context.window()?.webContents && senderAllowed(event.senderFrame, context.developmentServer)
  const rejected: Answer<never> = { ok: false, problem: problem('REQUEST_INVALID', 'ipc', 'The message did not come from the window of this program, or has the wrong form.') }

  ipcMain.handle(ipcChannels.request, async (event, name: unknown, input: unknown): Promise<Answer<unknown>> => {
    if (!fromOwnPage(event) || typeof name !== 'string') return rejected
    return services.handle(name, input)
  })

  ipcMain.handle(ipcChannels.registerPath, (event, path: unknown, name: unknown): Answer<{ handle: string; name: string }> => {
    if (!fromOwnPage(event) || typeof path !== 'string' || typeof name !== 'string') return rejected
    // A File that a script made up lies nowhere.
    if (path === '') return { ok: false, problem: problem('FILE_UNREADABLE', name, 'The dropped item is not a file on this machine.', { tip: 'Save it first, then drop the file.' }) }
    return { ok: true, value: { handle: services.registerPath(path), name } }
  })

  services.subscribe((name, payload) => {
    const window = context.window()
    if (window !== null && !window.isDestroyed()) window.webContents.send(ipcChannels.event, name, payload)
  })
}
