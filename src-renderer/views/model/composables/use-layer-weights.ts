/** Histogram and half-ranges of one layer's weights, kept while the network stays the same. */
import { shallowRef, watch, type Ref } from 'vue'
import type { LayerWeights, NodeReport } from '@shared/network'
import { useRequest } from '../../../composables/request'

export function useLayerWeights(node: Ref<NodeReport | null>, networkHash: Ref<string>) {
  const request = useRequest('network.layerWeights', { quiet: true })
  const weights = shallowRef<LayerWeights | null>(null)
  const known = new Map<string, LayerWeights>()
  watch(networkHash, () => known.clear())
  watch(
    [node, networkHash],
    async () => {
      const name = node.value?.name
      weights.value = name === undefined ? null : (known.get(name) ?? null)
      request.problem.value = null
      if (name === undefined || node.value?.placement !== 'analog' || weights.value) return
      const hash = networkHash.value
      const answer = await request.send({ node: name })
      if (answer === null || hash !== networkHash.value) return
      known.set(name, answer)
      if (node.value?.name === name) weights.value = answer
    },
    { immediate: true }
  )
  return { weights, busy: request.busy, problem: request.problem }
}
