/**
 * Everything that went wrong and was not dismissed: what the services keep, and what a request of this page answered.
 * A problem answer is shown beside where it arose and listed here; nothing is swallowed.
 */
import { computed, ref, shallowRef } from 'vue'
import { defineStore } from 'pinia'
import type { Answer } from '@shared/api'
import type { Problem } from '@shared/problems'
import { useBridge } from './bridge'

const sameProblem = (a: Problem, b: Problem): boolean => a.code === b.code && a.where === b.where && a.message === b.message

export const useProblemsStore = defineStore('problems', () => {
  const bridge = useBridge()
  const fromServices = shallowRef<Problem[]>([])
  const own = ref<Problem[]>([])
  const all = computed(() => [...fromServices.value, ...own.value.filter((problem) => !fromServices.value.some((other) => sameProblem(other, problem)))])
  const errors = computed(() => all.value.filter((problem) => problem.severity === 'error').length)
  const warnings = computed(() => all.value.filter((problem) => problem.severity === 'warning').length)

  bridge.on('problems.changed', (list) => {
    fromServices.value = list
  })
  async function load(): Promise<void> {
    const answer = await bridge.request('problems.list', {})
    if (answer.ok) fromServices.value = answer.value
    else add(answer.problem)
  }

  function add(problem: Problem): void {
    if (!all.value.some((other) => sameProblem(other, problem))) own.value.push(problem)
  }
  /** The value of an answer, or null after its problem was listed. */
  function unwrap<T>(answer: Answer<T>): T | null {
    if (answer.ok) return answer.value
    add(answer.problem)
    return null
  }
  async function dismiss(problem: Problem): Promise<void> {
    own.value = own.value.filter((other) => !sameProblem(other, problem))
    const index = fromServices.value.findIndex((other) => sameProblem(other, problem))
    if (index >= 0) unwrap(await bridge.request('problems.dismiss', { index }))
  }
  async function dismissAll(): Promise<void> {
    own.value = []
    unwrap(await bridge.request('problems.dismiss', { index: null }))
  }

  return { all, errors, warnings, load, add, unwrap, dismiss, dismissAll }
})
