/**
 * Positions of a network's graph, off the thread of the interface. A new graph cancels the layout that is under way; a
 * person can cancel it too. The worker starts with the screen, so that it is ready when a graph comes.
 */
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import type { NetworkGraph } from '../logic/network-graph'
import type { GraphLayout, WrapArea } from '../logic/wrap-columns'
import LayoutWorker from './layout-worker?worker'
import type { LayoutAnswer, LayoutRequest } from './layout-worker'

export interface LaidOutGraph {
  graph: NetworkGraph
  layout: GraphLayout
  /** The simple layout was taken in place of elk's. */
  simple: boolean
}

/** Lays out again whenever the graph changes; `area` is the drawing area at that moment, in pixels. */
export function useGraphLayout(graph: Ref<NetworkGraph | null>, area: () => WrapArea) {
  const result = shallowRef<LaidOutGraph | null>(null)
  const busy = ref(false)
  const cancelled = ref(false)
  const failure = ref<string | null>(null)
  let worker = new LayoutWorker()
  let current = 0

  /** Ends what is under way; only ending its worker does. */
  function stop(): void {
    current++
    if (!busy.value) return
    worker.terminate()
    worker = new LayoutWorker()
    busy.value = false
  }

  function ask(request: LayoutRequest): Promise<LayoutAnswer> {
    const asked = worker
    return new Promise((resolve, reject) => {
      asked.onmessage = (event: MessageEvent<LayoutAnswer>) => resolve(event.data)
      asked.onerror = (event) => reject(new Error(event.message))
      asked.postMessage(request)
    })
  }

  async function layOut(): Promise<void> {
    stop()
    const request = current
    const source = graph.value
    failure.value = null
    cancelled.value = false
    if (source === null) {
      result.value = null
      return
    }
    busy.value = true
    try {
      const answer = await ask({ graph: source, area: area() })
      if (request !== current) return
      if ('failure' in answer) failure.value = answer.failure
      else result.value = { graph: source, layout: answer.layout, simple: answer.simple }
    } catch (thrown) {
      if (request === current) failure.value = thrown instanceof Error ? thrown.message : String(thrown)
    } finally {
      if (request === current) busy.value = false
    }
  }
  function cancel(): void {
    stop()
    cancelled.value = true
  }

  watch(graph, layOut, { immediate: true, flush: 'post' })
  onScopeDispose(() => {
    current++
    worker.terminate()
  })
  return { result, busy, cancelled, failure, cancel, layOut }
}
