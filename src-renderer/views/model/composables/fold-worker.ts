/** Worker: what of a layout is too slow for the thread of the interface. */
import type { NetworkGraph } from '../logic/network-graph'
import { simpleLayers } from '../logic/simple-layers'
import { wrapIntoColumns, type GraphLayout, type WrapArea } from '../logic/wrap-columns'

export type FoldRequest = { kind: 'wrap'; strip: GraphLayout; area: WrapArea } | { kind: 'simple'; graph: NetworkGraph; area: WrapArea }
export type FoldAnswer = { layout: GraphLayout } | { failure: string }

self.onmessage = (event: MessageEvent<FoldRequest>) => {
  const answer = (): FoldAnswer => {
    try {
      const { data } = event
      return { layout: wrapIntoColumns(data.kind === 'wrap' ? data.strip : simpleLayers(data.graph), data.area) }
    } catch (thrown) {
      return { failure: thrown instanceof Error ? thrown.message : String(thrown) }
    }
  }
  self.postMessage(answer())
}
