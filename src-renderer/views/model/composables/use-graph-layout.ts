/** Positions of a network's graph, computed by elk in a worker and folded into columns. */
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import ELK from 'elkjs/lib/elk-api'
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker'
import type { NetworkReport } from '@shared/network'
import { fromElk, toElk } from '../logic/elk-layout'
import { networkGraph, type NetworkGraph } from '../logic/network-graph'
import { wrapIntoColumns, type GraphLayout, type WrapArea } from '../logic/wrap-columns'

export interface LaidOutGraph {
  graph: NetworkGraph
  layout: GraphLayout
}

/** Lays out again whenever the network changes (by hash); `area` is the drawing area at that moment, in pixels. */
export function useGraphLayout(report: Ref<NetworkReport | null>, area: () => WrapArea) {
  const result = shallowRef<LaidOutGraph | null>(null)
  const busy = ref(false)
  const failure = ref<string | null>(null)
  let elk: InstanceType<typeof ELK> | null = null
  let current = 0

  watch(
    () => report.value?.sha256 ?? null,
    async (hash) => {
      const request = ++current
      result.value = null
      failure.value = null
      if (hash === null || report.value === null) {
        busy.value = false
        return
      }
      busy.value = true
      const graph = networkGraph(report.value)
      elk ??= new ELK({ workerFactory: () => new ElkWorker() })
      try {
        const strip = fromElk(graph, await elk.layout(toElk(graph)))
        if (request === current) result.value = { graph, layout: wrapIntoColumns(strip, area()) }
      } catch (thrown) {
        if (request === current) failure.value = thrown instanceof Error ? thrown.message : String(thrown)
      } finally {
        if (request === current) busy.value = false
      }
    },
    { immediate: true, flush: 'post' }
  )
  onScopeDispose(() => {
    current++
    elk?.terminateWorker()
  })
  return { result, busy, failure }
}
