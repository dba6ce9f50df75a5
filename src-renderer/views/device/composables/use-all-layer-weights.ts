/** Histograms of all analog layers, asked for one after the other; shown as they come. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { LayerWeights } from '@shared/network'
import { useRequest } from '../../../composables/request'
import { useProjectStore } from '../../../stores/project'

export function useAllLayerWeights() {
  const project = useProjectStore()
  const request = useRequest('network.layerWeights', { quiet: true })
  const layers = shallowRef<readonly LayerWeights[]>([])
  const wanted = computed(() => project.network?.nodes.filter((node) => node.placement === 'analog').map((node) => node.name) ?? [])
  const done = ref(0)
  watch(
    () => project.network?.sha256 ?? null,
    async (hash) => {
      layers.value = []
      done.value = 0
      const collected: LayerWeights[] = []
      for (const node of wanted.value) {
        const answer = await request.send({ node })
        if (project.network?.sha256 !== hash) return
        if (answer === null) break
        collected.push(answer)
        done.value = collected.length
        // All at once at the end or in steps of ten: each change draws the chart anew.
        if (collected.length % 10 === 0 || collected.length === wanted.value.length) layers.value = [...collected]
      }
    },
    { immediate: true }
  )
  return { layers, done, total: computed(() => wanted.value.length), problem: request.problem }
}
