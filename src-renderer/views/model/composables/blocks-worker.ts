/** Worker: finds the repeated blocks of a network; thousands of nodes would hold up the interface. */
import type { NetworkGraph } from '../logic/network-graph'
import { repeatedRuns, type RepeatedRun } from '../logic/repeated-blocks'

self.onmessage = (event: MessageEvent<NetworkGraph>) => {
  const runs: RepeatedRun[] = repeatedRuns(event.data)
  self.postMessage(runs)
}
