/**
 * The estimate of the project: its inventory is asked for when network or hardware change and are saved; figures are
 * applied here, so that an edit shows at once.
 */
import { computed, shallowRef, watch } from 'vue'
import { estimateCost, figures, figuresInForce, granularityTable, type CostInventory, type FigureId } from '@shared/cost'
import { useRequest } from '../../../../composables/request'
import { useProjectStore } from '../../../../stores/project'

export function useCost() {
  const project = useProjectStore()
  const request = useRequest('hardware.cost', { quiet: true })
  const inventory = shallowRef<CostInventory | null>(null)
  /** What the last request was for: an edit of figures makes the project dirty and clean again, and asks for nothing. */
  let asked: string | null = null
  watch(
    // The inventory depends on the saved settings: while an edit is on its way the answer would be that of the old ones.
    () => (project.network === null || project.dirty ? null : JSON.stringify([project.network.sha256, project.settings?.hardware])),
    async (key) => {
      if (project.network === null) inventory.value = asked = null
      if (key === null || key === asked) return
      asked = key
      // A description that does not fit together has no estimate; the problem stands in its place.
      const answer = await request.send({ runId: null })
      if (answer !== null) inventory.value = answer
      // Without an answer a later request is on its way, or this one has failed and may be tried again.
      else if (request.problem.value !== null) inventory.value = asked = null
    },
    { immediate: true }
  )
  const changes = computed(() => project.settings?.cost.figures ?? {})
  const inForce = computed(() => figuresInForce(changes.value))
  const estimate = computed(() => (inventory.value === null ? null : estimateCost(inventory.value, inForce.value)))
  const granularities = computed(() => (inventory.value === null ? [] : granularityTable(inventory.value, inForce.value)))

  /** What was published and has no other source is not stored as a change. */
  function setFigure(id: FigureId, value: number | null, source: string): void {
    project.edit(`cost.figures.${id}`, (draft) => {
      if (value === figures[id].value && source === '') delete draft.cost.figures[id]
      else draft.cost.figures[id] = { value, source } as NonNullable<(typeof draft.cost.figures)[typeof id]>
    })
  }
  const resetFigure = (id: FigureId): void => project.edit(`cost.figures.${id}`, (draft) => void delete draft.cost.figures[id])
  const resetAll = (): void => project.edit('cost.figures', (draft) => (draft.cost.figures = {}))

  return { inventory, estimate, granularities, changes, inForce, busy: request.busy, problem: request.problem, setFigure, resetFigure, resetAll }
}
export type Cost = ReturnType<typeof useCost>
