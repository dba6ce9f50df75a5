/** Entry of a worker thread: computes one task at a time. A problem crosses to the engine process as a value. */
import { toProblem, type Problem } from '@shared/problems'
import { runComputeTask, type ComputeResult, type ComputeTask } from './worker-tasks'

export type WorkerAnswer<T extends ComputeTask> = { value: ComputeResult<T> } | { problem: Problem }

export default async function work<T extends ComputeTask>(task: T): Promise<WorkerAnswer<T>> {
  try {
    return { value: await runComputeTask(task) }
  } catch (thrown) {
    return { problem: toProblem(thrown, task.kind) }
  }
}
