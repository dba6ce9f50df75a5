/** How the network falls onto the arrays of the hardware as it is edited: asked for again when either changes and is saved. */
import { shallowRef, watch } from 'vue'
import type { Hardware, LayerOverride } from '@shared/hardware'
import type { TileCount } from '@shared/network'
import { useRequest } from '../../../composables/request'
import { useProjectStore } from '../../../stores/project'

type Form = Pick<Hardware, 'device' | 'cell' | 'slices' | 'array' | 'effects'> | LayerOverride
/** What the number of arrays depends on, and nothing else: other edits ask for nothing. */
const formState = ({ device, cell, slices, array, effects }: Form): unknown[] => [device?.kind, cell?.kind, slices, array, effects?.weightQuantization]
const arrayState = (hardware: Hardware | undefined): unknown =>
  hardware && [formState(hardware), hardware.digitalLayers, Object.entries(hardware.layers).map(([name, override]) => [name, override.digital, formState(override)])]

export function useTiles() {
  const project = useProjectStore()
  const request = useRequest('network.tiles', { quiet: true })
  const tiles = shallowRef<readonly TileCount[]>([])
  watch(
    // Tiles depend on the saved settings: while an edit is on its way the answer would be that of the old ones.
    () => (project.network === null || project.dirty ? null : JSON.stringify([project.network.sha256, arrayState(project.settings?.hardware)])),
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
