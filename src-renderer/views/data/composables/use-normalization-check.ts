/** The check of common normalisations, kept as long as network and data stay the same. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { NormalizationCandidate } from '@shared/dataset'
import { useRequest } from '../../../composables/request'
import { useProjectStore } from '../../../stores/project'

export function useNormalizationCheck() {
  const project = useProjectStore()
  const request = useRequest('dataset.checkNormalizations')
  const images = ref(500)
  const candidates = shallowRef<readonly NormalizationCandidate[] | null>(null)
  const subject = computed(() => (project.network === null || project.dataset === null ? null : `${project.network.sha256} ${project.dataset.sha256}`))
  watch(subject, () => {
    candidates.value = null
  })
  const most = computed(() => Math.min(5000, project.dataset?.count ?? 5000))
  async function check(): Promise<void> {
    const of = subject.value
    const answer = await request.send({ images: Math.min(images.value, most.value) })
    if (answer !== null && of === subject.value) candidates.value = answer
  }
  return { images, most, candidates, check, busy: request.busy, problem: request.problem, ready: computed(() => subject.value !== null) }
}
