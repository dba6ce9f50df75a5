/** Which repeated blocks of the network are open, and the graph that follows from it. */
import { computed, ref, watch, type Ref } from 'vue'
import type { NetworkReport } from '@shared/network'
import { blockId, blockPlaces, collapse } from '../logic/collapse'
import { networkGraph, operatorNodeId } from '../logic/network-graph'
import { repeatedRuns } from '../logic/repeated-blocks'

/** A network of more nodes than this begins with its repeated blocks closed. */
const closedFrom = 150

export function useBlocks(report: Ref<NetworkReport | null>, chosen: Ref<string | null>) {
  const whole = computed(() => (report.value === null ? null : networkGraph(report.value)))
  const runs = computed(() => (whole.value === null ? [] : repeatedRuns(whole.value)))
  const places = computed(() => blockPlaces(runs.value))
  const allIds = computed(() => runs.value.flatMap((run) => run.blocks.map((_, index) => blockId(run, index))))
  const open = ref<ReadonlySet<string>>(new Set())
  const openAll = (): void => void (open.value = new Set(allIds.value))
  const closeAll = (): void => void (open.value = new Set())
  const shown = computed(() => (whole.value === null ? null : collapse(whole.value, runs.value, open.value)))

  /** Opens the first block behind a closed node, or all of them. */
  function openNode(id: string, all: boolean): void {
    const closed = shown.value?.closed.get(id)
    if (!closed) return
    const indices = all ? closed.indices : closed.indices.slice(0, 1)
    open.value = new Set([...open.value, ...indices.map((index) => blockId(closed.run, index))])
  }
  watch(() => report.value?.sha256, () => ((whole.value?.nodes.length ?? 0) > closedFrom ? closeAll() : openAll()), { immediate: true })
  // What is chosen, in the table or by the find box, comes into sight: its block opens.
  watch(chosen, (name) => {
    const place = name === null ? undefined : places.value.get(operatorNodeId(name))
    if (place && !open.value.has(place.id)) open.value = new Set([...open.value, place.id])
  })
  return { whole, runs, open, allIds, shown, openAll, closeAll, openNode }
}
