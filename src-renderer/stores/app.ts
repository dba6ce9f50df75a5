/** The program itself: versions and what its host can do. */
import { computed, shallowRef } from 'vue'
import { defineStore } from 'pinia'
import type { RequestOutput } from '@shared/api'
import type { RecentProject } from '@shared/project'
import { useBridge } from './bridge'
import { useProblemsStore } from './problems'

export const useAppStore = defineStore('app', () => {
  const bridge = useBridge()
  const problems = useProblemsStore()
  const info = shallowRef<RequestOutput<'app.info'> | null>(null)
  const recents = shallowRef<RecentProject[]>([])
  const nativeDialogs = computed(() => info.value?.nativeDialogs ?? false)

  async function load(): Promise<void> {
    info.value = problems.unwrap(await bridge.request('app.info', {}))
    await loadRecents()
  }
  async function loadRecents(): Promise<void> {
    recents.value = problems.unwrap(await bridge.request('project.recents', {})) ?? []
  }
  return { info, recents, nativeDialogs, load, loadRecents }
})
