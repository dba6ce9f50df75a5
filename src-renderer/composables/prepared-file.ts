/** Exports that the services prepare: reports, trials, networks. */
import { ref } from 'vue'
import type { RequestInput } from '@shared/api'
import { useBridge } from '../stores/bridge'
import { useProblemsStore } from '../stores/problems'
import { useUiStore } from '../stores/ui'

export function usePreparedFile() {
  const bridge = useBridge()
  const problems = useProblemsStore()
  const ui = useUiStore()
  const busy = ref(false)
  /** Prepares the file and brings it to the person; says so when it is done. */
  async function exportFile(input: RequestInput<'export.prepare'>): Promise<boolean> {
    busy.value = true
    const prepared = problems.unwrap(await bridge.request('export.prepare', input))
    const saved = prepared === null ? null : problems.unwrap(await bridge.save(prepared))
    busy.value = false
    if (prepared !== null && saved?.saved === true) ui.toast(`Saved ${prepared.fileName}`, { tone: 'good' })
    return saved?.saved ?? false
  }
  return { busy, exportFile }
}
