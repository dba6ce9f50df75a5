/** What the engine is working on. */
import { computed, shallowRef } from 'vue'
import { defineStore } from 'pinia'
import type { Job } from '@shared/job'
import { useBridge } from './bridge'
import { useProblemsStore } from './problems'

export const isActive = (job: Job): boolean => job.status === 'queued' || job.status === 'running' || job.status === 'paused'

export const useJobsStore = defineStore('jobs', () => {
  const bridge = useBridge()
  const problems = useProblemsStore()
  const all = shallowRef<Job[]>([])
  const active = computed(() => all.value.filter(isActive))
  const ofRun = (runId: string): Job | null => all.value.findLast((job) => job.runId === runId) ?? null

  bridge.on('jobs.changed', (list) => {
    all.value = list
  })
  async function load(): Promise<void> {
    const list = problems.unwrap(await bridge.request('jobs.list', {}))
    if (list !== null) all.value = list
  }
  async function pause(jobId: string): Promise<void> {
    problems.unwrap(await bridge.request('jobs.pause', { jobId }))
  }
  async function resume(jobId: string): Promise<void> {
    problems.unwrap(await bridge.request('jobs.resume', { jobId }))
  }
  async function cancel(jobId: string): Promise<void> {
    problems.unwrap(await bridge.request('jobs.cancel', { jobId }))
  }
  return { all, active, ofRun, load, pause, resume, cancel }
})
