/**
 * Positions of a network's graph, off the thread of the interface: elk in its own worker, folding into columns in another.
 * A new graph cancels the layout that is under way; a person can cancel it too. Where elk exceeds its budget or fails, a
 * simple layered layout takes its place and says so.
 */
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import ELK from 'elkjs/lib/elk-api'
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker'
import { fromElk, toElk } from '../logic/elk-layout'
import type { NetworkGraph } from '../logic/network-graph'
import type { GraphLayout, WrapArea } from '../logic/wrap-columns'
import FoldWorker from './fold-worker?worker'
import type { FoldAnswer, FoldRequest } from './fold-worker'

export interface LaidOutGraph {
  graph: NetworkGraph
  layout: GraphLayout
  /** The simple layout was taken in place of elk's. */
  simple: boolean
}

/** 1 000 nodes take elk about a second; a graph for which this is not enough is better seen simply than waited for. */
const elkBudgetMilliseconds = 8000

/** Lays out again whenever the graph changes; `area` is the drawing area at that moment, in pixels. */
export function useGraphLayout(graph: Ref<NetworkGraph | null>, area: () => WrapArea) {
  const result = shallowRef<LaidOutGraph | null>(null)
  const busy = ref(false)
  const cancelled = ref(false)
  const failure = ref<string | null>(null)
  let elk: InstanceType<typeof ELK> | null = null
  let folder: Worker | null = null
  let current = 0

  /** Ends what is under way. The workers are made again when they are needed. */
  function stop(): void {
    current++
    if (!busy.value) return
    elk?.terminateWorker()
    folder?.terminate()
    elk = null
    folder = null
    busy.value = false
  }

  /** elk's layout; null when it exceeds its budget or fails. */
  async function byElk(source: NetworkGraph): Promise<GraphLayout | null> {
    elk ??= new ELK({ workerFactory: () => new ElkWorker() })
    const asked = elk
    let timer: ReturnType<typeof setTimeout> | undefined
    const budget = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), elkBudgetMilliseconds)))
    try {
      const placed = await Promise.race([asked.layout(toElk(source)), budget])
      if (placed !== null) return fromElk(source, placed)
    } catch {
      // The simple layout follows, and the notice beside it says so.
    } finally {
      clearTimeout(timer)
    }
    if (elk === asked) {
      asked.terminateWorker()
      elk = null
    }
    return null
  }

  function fold(request: FoldRequest): Promise<GraphLayout> {
    folder ??= new FoldWorker()
    const asked = folder
    return new Promise((resolve, reject) => {
      asked.onmessage = (event: MessageEvent<FoldAnswer>) => ('layout' in event.data ? resolve(event.data.layout) : reject(new Error(event.data.failure)))
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
      const strip = await byElk(source)
      if (request !== current) return
      const layout = await fold(strip === null ? { kind: 'simple', graph: source, area: area() } : { kind: 'wrap', strip, area: area() })
      if (request === current) result.value = { graph: source, layout, simple: strip === null }
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
    stop()
    elk?.terminateWorker()
    folder?.terminate()
  })
  return { result, busy, cancelled, failure, cancel, layOut }
}
