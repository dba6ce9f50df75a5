/** Worker: the layout of a graph, with elk in a worker of its own, since only ending it stops it. Ready before the first request. */
import ELK from 'elkjs/lib/elk-api'
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker'
import type { PartLayout } from '../logic/elk-layout'
import type { NetworkGraph } from '../logic/network-graph'
import { simpleLayers } from '../logic/simple-layers'
import { stripLayout } from '../logic/strip-layout'
import { wrapIntoColumns, type GraphLayout, type WrapArea } from '../logic/wrap-columns'

export interface LayoutRequest {
  graph: NetworkGraph
  area: WrapArea
}
/** `simple`: elk exceeded its budget or failed, and the simple layout was taken in its place. */
export type LayoutAnswer = { layout: GraphLayout; simple: boolean } | { failure: string }

/** A graph for which this is not enough is better seen simply than waited for. */
const elkBudgetMilliseconds = 8000
/** Layouts of parts that are kept; opening and closing blocks asks for the same ones again. */
const mostKnown = 2000

const startElk = () => new ELK({ workerFactory: () => new ElkWorker() })
let elk = startElk()
const known = new Map<string, PartLayout>()

/** Null when elk exceeds its budget or fails. */
async function byElk(graph: NetworkGraph): Promise<GraphLayout | null> {
  if (known.size > mostKnown) known.clear()
  let timer: ReturnType<typeof setTimeout> | undefined
  const budget = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), elkBudgetMilliseconds)))
  try {
    const strip = await Promise.race([stripLayout(graph, elk, known), budget])
    if (strip !== null) return strip
  } catch {
    // The simple layout follows, and the drawing says so.
  } finally {
    clearTimeout(timer)
  }
  elk.terminateWorker()
  elk = startElk()
  return null
}

async function answerTo({ graph, area }: LayoutRequest): Promise<LayoutAnswer> {
  try {
    const strip = await byElk(graph)
    return { layout: wrapIntoColumns(strip ?? simpleLayers(graph), area), simple: strip === null }
  } catch (thrown) {
    return { failure: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

self.onmessage = (event: MessageEvent<LayoutRequest>) => {
  void answerTo(event.data).then((answer) => self.postMessage(answer))
}
