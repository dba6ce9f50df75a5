/** Entry of a worker thread: computes one task at a time. A problem crosses to the engine process as a value. */
import { toProblem, type Problem } from '@shared/problems'
import type { Provider } from '@shared/providers'
import { runComputeTask, type ComputeResult, type ComputeTask } from './worker-tasks'

export type WorkerAnswer<T extends ComputeTask> = { value: ComputeResult<T> } | { problem: Problem }

export interface WorkerOrder<T extends ComputeTask> {
  task: T
  provider: Provider
}

export default async function work<T extends ComputeTask>({ task, provider }: WorkerOrder<T>): Promise<WorkerAnswer<T>> {
  try {
    return { value: await runComputeTask(task, provider) }
  } catch (thrown) {
    return { problem: toProblem(thrown, task.kind) }
  }
}
