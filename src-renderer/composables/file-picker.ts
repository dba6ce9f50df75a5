/**
 * Choosing a file or folder: the operating system's dialog where the host has it, else the program's own browser over the
 * machine it runs on, with upload from the person's computer. Either way the answer is a handle, never a path.
 */
import { ref, shallowRef } from 'vue'
import { defineStore } from 'pinia'
import type { RequestInput } from '@shared/api'
import { useAppStore } from '../stores/app'
import { useBridge } from '../stores/bridge'
import { useProblemsStore } from '../stores/problems'
import { mainFile } from './main-file'

export type PickPurpose = RequestInput<'files.pick'>['purpose']
export interface PickedFile {
  handle: string
  name: string
}

/** What the browser dialog says and accepts, by purpose. */
export const pickPurposes: Record<PickPurpose, { title: string; kind: 'file' | 'folder' | 'either'; accept: string; hint: string }> = {
  network: { title: 'Choose a network', kind: 'file', accept: '.onnx', hint: 'An ONNX model (.onnx).' },
  'data-file': {
    title: 'Choose a data set', kind: 'either', accept: '',
    hint: 'An IDX, CIFAR binary, NPY or NPZ file, or the folder that holds them. Images and labels lie in one folder, or are sent together.'
  },
  'data-folder': { title: 'Choose a folder of images', kind: 'folder', accept: '', hint: 'A folder with one folder of images per class, or a folder of IDX or CIFAR files.' },
  project: { title: 'Open a project', kind: 'folder', accept: '', hint: 'The folder that holds project.json.' },
  'new-project-folder': { title: 'Choose where the project is made', kind: 'folder', accept: '', hint: 'The project becomes a folder in there.' },
  hardware: { title: 'Choose a hardware description', kind: 'file', accept: '.json', hint: 'A hardware description (.json).' },
  device: { title: 'Choose a device', kind: 'file', accept: '.json', hint: 'A device that was exported by this program (.json).' },
  measurements: {
    title: 'Choose measured conductances', kind: 'file', accept: '.csv,.tsv,.txt',
    hint: 'A table (.csv): one row per point with target, mean and standard deviation in µS and, if you have it, the time in seconds; in another order where the first row says so.'
  }
}

export const useFilePicker = defineStore('filePicker', () => {
  const bridge = useBridge()
  const app = useAppStore()
  const problems = useProblemsStore()
  /** The purpose for which the program's own browser is open; null when closed. */
  const browsing = ref<PickPurpose | null>(null)
  const finish = shallowRef<((picked: PickedFile | null) => void) | null>(null)

  /** Null when the person cancels. */
  async function pick(purpose: PickPurpose): Promise<PickedFile | null> {
    if (app.nativeDialogs) return problems.unwrap(await bridge.request('files.pick', { purpose }))
    finish.value?.(null)
    return await new Promise((resolve) => {
      finish.value = resolve
      browsing.value = purpose
    })
  }
  /** The browser dialog's answer. */
  function choose(picked: PickedFile | null): void {
    const resolve = finish.value
    finish.value = null
    browsing.value = null
    resolve?.(picked)
  }
  /** A handle for files that were dropped on the page or chosen in it: that of the main one; the others lie beside it. */
  async function upload(files: readonly File[]): Promise<PickedFile | null> {
    const main = mainFile(files)
    let picked: PickedFile | null = null
    for (const file of files) {
      const sent = problems.unwrap(await bridge.handleForFile(file))
      if (sent === null) return null
      if (file === main) picked = sent
    }
    return picked
  }
  return { browsing, pick, choose, upload }
})
