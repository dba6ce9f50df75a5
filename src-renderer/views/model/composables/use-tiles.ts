/** How the network falls onto the arrays of the hardware as it is edited: asked for again when either changes and is saved. */
import { shallowRef, watch } from 'vue'
import type { TileCount } from '@shared/network'
import { useRequest } from '../../../composables/request'
import { useProjectStore } from '../../../stores/project'

export function useTiles() {
  const project = useProjectStore()
  const request = useRequest('network.tiles', { quiet: true })
  const tiles = shallowRef<readonly TileCount[]>([])
  watch(
    // Tiles depend on the saved settings: while an edit is on its way the answer would be that of the old ones.
    () => (project.network === null || project.dirty ? null : JSON.stringify([project.network.sha256, project.settings?.hardware.array])),
    async (key) => {
      if (project.network === null) tiles.value = []
      if (key === null) return
      const answer = await request.send({})
      if (answer !== null) tiles.value = answer
    },
    { immediate: true }
  )
  return { tiles, busy: request.busy, problem: request.problem }
}
