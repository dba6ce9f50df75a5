/** The estimate of a fine-tuned network on the same hardware, beside that of the network that it was made from. */
import { computed, shallowRef, watch, type Ref } from 'vue'
import { compareCosts, estimateCost, type CostEstimate, type CostInventory, type FiguresInForce } from '@shared/cost'
import type { RunSummary } from '@shared/run'
import { useRequest } from '../../../../composables/request'
import { useProjectStore } from '../../../../stores/project'

export function useTunedCost(runId: Ref<string>, estimate: () => CostEstimate, inForce: () => FiguresInForce) {
  const project = useProjectStore()
  const request = useRequest('hardware.cost', { quiet: true })
  const tuned = shallowRef<CostInventory | null>(null)
  let asked: string | null = null
  const runs = computed((): RunSummary[] => project.runs.filter((run) => run.kind === 'finetune' && run.status === 'finished' && run.network === project.network?.name))
  watch(
    () => (runId.value === '' || project.dirty ? null : JSON.stringify([runId.value, project.settings?.hardware])),
    async (key) => {
      if (runId.value === '') tuned.value = asked = null
      if (key === null || key === asked) return
      asked = key
      tuned.value = await request.send({ runId: runId.value })
      if (request.problem.value !== null) asked = null
    },
    { immediate: true }
  )
  const comparison = computed(() => (tuned.value === null ? null : compareCosts(estimate(), estimateCost(tuned.value, inForce()))))
  return { runs, comparison, busy: request.busy, problem: request.problem }
}
