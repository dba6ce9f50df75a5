/** Which repeated blocks of the network are open, which is chosen, and the graph that follows from it. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import type { NetworkReport } from '@shared/network'
import { blockId, blockPlaces, collapse, type BlockPlace } from '../logic/collapse'
import { networkGraph, operatorNodeId, operatorOfNodeId } from '../logic/network-graph'
import type { RepeatedRun } from '../logic/repeated-blocks'
import BlocksWorker from './blocks-worker?worker'

/** A network of more nodes than this begins with its repeated blocks closed. */
const closedFrom = 150

export function useBlocks(report: Ref<NetworkReport | null>, chosen: Ref<string | null>) {
  const whole = computed(() => (report.value === null ? null : networkGraph(report.value)))
  /** Null until they are found. */
  const found = shallowRef<RepeatedRun[] | null>(null)
  const runs = computed(() => found.value ?? [])
  const places = computed(() => blockPlaces(runs.value))
  const allIds = computed(() => runs.value.flatMap((run) => run.blocks.map((_, index) => blockId(run, index))))
  const open = ref<ReadonlySet<string>>(new Set())
  /** Node of the closed blocks that are chosen; never together with an operator. */
  const chosenBlock = ref<string | null>(null)
  const shown = computed(() => (whole.value === null || found.value === null ? null : collapse(whole.value, runs.value, open.value)))

  function openAll(): void {
    chosenBlock.value = null
    open.value = new Set(allIds.value)
  }
  function closeAll(): void {
    chosen.value = null
    open.value = new Set()
  }
  /** Opens the first block behind a closed node, or all of them, and chooses its first operator. */
  function openNode(id: string, all = false): void {
    const closed = shown.value?.closed.get(id)
    if (!closed) return
    const indices = all ? closed.indices : closed.indices.slice(0, 1)
    const first = closed.run.blocks[indices[0] ?? 0]?.[0]
    open.value = new Set([...open.value, ...indices.map((index) => blockId(closed.run, index))])
    chosenBlock.value = null
    if (first !== undefined) chosen.value = operatorOfNodeId(first)
  }
  function chooseNothing(): void {
    chosen.value = null
    chosenBlock.value = null
  }
  const placeOf = (name: string | null): BlockPlace | null => (name === null ? null : (places.value.get(operatorNodeId(name)) ?? null))
  /** Closes the block that an operator is in, and chooses the node that stands for it. */
  function closeBlockOf(name: string): void {
    const place = placeOf(name)
    if (place === null) return
    chosen.value = null
    open.value = new Set([...open.value].filter((id) => id !== place.id))
    chosenBlock.value = shown.value?.shownAs.get(operatorNodeId(name)) ?? null
  }

  let worker: Worker | null = null
  function begin(blocks: RepeatedRun[]): void {
    found.value = blocks
    open.value = new Set((whole.value?.nodes.length ?? 0) > closedFrom ? [] : allIds.value)
  }
  watch(whole, (graph) => {
    worker?.terminate()
    worker = null
    found.value = null
    chosenBlock.value = null
    if (graph === null) return
    worker = new BlocksWorker()
    worker.onmessage = (event: MessageEvent<RepeatedRun[]>) => begin(event.data)
    // Without blocks the network is drawn whole.
    worker.onerror = () => begin([])
    worker.postMessage(graph)
  }, { immediate: true })
  onScopeDispose(() => worker?.terminate())

  // What is chosen, in the table or by the find box, comes into sight: its block opens.
  watch(chosen, (name) => {
    if (name !== null) chosenBlock.value = null
    const place = placeOf(name)
    if (place && !open.value.has(place.id)) open.value = new Set([...open.value, place.id])
  })
  watch(chosenBlock, (id) => {
    if (id !== null) chosen.value = null
  })
  return { whole, runs, open, shown, chosenBlock, openAll, closeAll, openNode, placeOf, closeBlockOf, chooseNothing }
}
export type Blocks = ReturnType<typeof useBlocks>
