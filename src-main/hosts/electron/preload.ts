/**
 * The only code between the page and the main process: a few typed functions, no Node, no path. Bundled into one
 * CommonJS file because it runs in the sandbox.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Bridge, EventName } from '@shared/api'
import { ipcChannels } from '@shared/transport'

const listeners = new Map<EventName, Set<(payload: never) => void>>()

ipcRenderer.on(ipcChannels.event, (_event, name: EventName, payload: unknown) => {
  // The services checked the payload with the event's own schema.
  for (const listener of listeners.get(name) ?? []) listener(payload as never)
})

const bridge: Bridge = {
  request: (name, input) => ipcRenderer.invoke(ipcChannels.request, name, input),
  on(name, listener) {
    const set = listeners.get(name) ?? new Set()
    listeners.set(name, set)
    set.add(listener)
    return () => void set.delete(listener)
  },
  // Only a File that the person dropped or chose has a path; the page itself never learns it.
  handleForFile: (file) => ipcRenderer.invoke(ipcChannels.registerPath, webUtils.getPathForFile(file), file.name),
  save: (prepared) => ipcRenderer.invoke(ipcChannels.request, 'export.save', { downloadId: prepared.downloadId })
}

contextBridge.exposeInMainWorld('acim', bridge)
