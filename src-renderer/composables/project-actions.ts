/** What is done with projects, networks and data from several places: start page, menu, palette, drops. */
import { ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import type { RequestName } from '@shared/api'
import { useAppStore } from '../stores/app'
import { useBridge } from '../stores/bridge'
import { useProblemsStore } from '../stores/problems'
import { useProjectStore } from '../stores/project'
import { useUiStore } from '../stores/ui'
import { useFilePicker } from './file-picker'
import { mainFile } from './main-file'

export interface ProjectActions {
  /** What is going on, for the buttons; null when nothing is. */
  busy: Ref<RequestName | null>
  openSample: () => Promise<void>
  askNew: () => void
  pickAndOpen: () => Promise<void>
  openRecent: (id: string) => Promise<void>
  close: () => Promise<void>
  importNetwork: () => Promise<void>
  importDataset: () => Promise<void>
  /** Files that were dropped anywhere: a network where one is among them, anything else is taken for data. */
  dropFiles: (files: readonly File[]) => Promise<void>
}

const busy = ref<RequestName | null>(null)

/** The name of a project made for a dropped network: the file's, without its ending. */
export const projectNameFor = (fileName: string): string => fileName.replace(/\.[^.]+$/, '').slice(0, 100) || 'Untitled'

export function useProjectActions(): ProjectActions {
  const router = useRouter()
  const bridge = useBridge()
  const app = useAppStore()
  const project = useProjectStore()
  const problems = useProblemsStore()
  const picker = useFilePicker()
  const ui = useUiStore()

  async function during<T>(name: RequestName, work: () => Promise<T>): Promise<T> {
    busy.value = name
    try {
      return await work()
    } finally {
      busy.value = null
    }
  }
  /** A refusal that has no place of its own on the screen: the start page shows it itself. */
  function refused(): void {
    if (router.currentRoute.value.name !== 'start') ui.bottomPanel = 'problems'
  }
  async function opened(done: boolean): Promise<void> {
    if (!done) return refused()
    await app.loadRecents()
    // Whoever has gone on to a screen meanwhile stays there.
    if (router.currentRoute.value.name === 'start') await router.push({ name: 'model' })
  }
  async function importNetworkFrom(handle: string): Promise<void> {
    const report = problems.unwrap(await during('network.import', () => bridge.request('network.import', { handle })))
    if (report === null) return refused()
    ui.toast(`Imported ${report.name}`, { tone: 'good' })
    await router.push({ name: 'model' })
  }
  async function importDatasetFrom(handle: string): Promise<void> {
    const summary = problems.unwrap(await during('dataset.import', () => bridge.request('dataset.import', { handle })))
    if (summary === null) return refused()
    ui.toast(`Imported ${summary.name}, ${summary.count} images`, { tone: 'good' })
    await router.push({ name: 'data' })
  }

  return {
    busy,
    openSample: () => during('project.openSample', async () => opened(await project.openSample())),
    askNew: () => {
      ui.newProjectOpen = true
    },
    pickAndOpen: async () => {
      const picked = await picker.pick('project')
      if (picked !== null) await during('project.open', async () => opened(await project.openProject({ handle: picked.handle })))
    },
    openRecent: (recent) => during('project.open', async () => opened(await project.openProject({ recent }))),
    close: async () => {
      await project.close()
      await app.loadRecents()
      await router.push({ name: 'start' })
    },
    importNetwork: async () => {
      const picked = await picker.pick('network')
      if (picked !== null) await importNetworkFrom(picked.handle)
    },
    importDataset: async () => {
      const picked = await picker.pick('data-file')
      if (picked !== null) await importDatasetFrom(picked.handle)
    },
    dropFiles: async (files) => {
      const file = mainFile(files)
      if (file === undefined) return
      const isNetwork = file.name.toLowerCase().endsWith('.onnx')
      if (!project.open && !(isNetwork && (await project.create(projectNameFor(file.name), null)))) {
        if (!isNetwork) ui.toast('Open or make a project first, then drop the data set on it.')
        return
      }
      const picked = await picker.upload(files)
      if (picked !== null) await (isNetwork ? importNetworkFrom(picked.handle) : importDatasetFrom(picked.handle))
    }
  }
}
