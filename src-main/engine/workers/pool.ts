/**
 * Where tasks are computed: in worker threads, or in the calling thread (tests, one-off work). A pool never ends a
 * thread that is busy, because that aborts the whole process (docs/decisions/0004): `close` waits for running tasks.
 */
import Piscina from 'piscina'
import { ProblemError } from '@shared/problems'
import type { Provider } from '@shared/providers'
import type { WorkerAnswer, WorkerOrder } from './worker'
import type { ComputeResult, ComputeTask } from './worker-tasks'

export interface ComputePool {
  /** Tasks that are computed at the same time. */
  readonly size: number
  /** Threads that may compute at the same time: those that have no task of their own serve within the others (see threadsFor). */
  readonly cores: number
  /** What computes networks and gradients. */
  readonly provider: Provider
  run<T extends ComputeTask>(task: T): Promise<ComputeResult<T>>
  close(): Promise<void>
}

/** Piscina would end busy threads after 30 s; the longest delay that a timer takes is 24 days. */
const never = 2 ** 31 - 1

/** Threads of ONNX Runtime for each of `tasks` tasks that are given to the pool together. */
export const threadsFor = ({ size, cores }: Pick<ComputePool, 'size' | 'cores'>, tasks: number): number => Math.max(1, Math.floor(cores / Math.max(1, Math.min(size, tasks))))

/** @param workerFile The built worker entry (out/main/worker.js). */
export function threadPool(size: number, cores: number, workerFile: string, provider: Provider = 'cpu'): ComputePool {
  const piscina = new Piscina({ filename: workerFile, minThreads: size, maxThreads: size, idleTimeout: Infinity, atomics: 'disabled', closeTimeout: never })
  const running = new Set<Promise<unknown>>()
  return {
    size,
    cores,
    provider,
    async run<T extends ComputeTask>(task: T): Promise<ComputeResult<T>> {
      const answered = piscina.run({ task, provider } satisfies WorkerOrder<T>) as Promise<WorkerAnswer<T>>
      running.add(answered)
      try {
        const answer = await answered
        if ('problem' in answer) throw new ProblemError(answer.problem)
        return answer.value
      } finally {
        running.delete(answered)
      }
    },
    async close() {
      // Piscina 5.3 counts a thread that ends its task once for every thread of the pool, and would end the others at work.
      while (running.size > 0) await Promise.allSettled(running)
      await piscina.close()
    }
  }
}

/** Runs one task after another in this thread. */
export function inlinePool(): ComputePool {
  let last: Promise<unknown> = Promise.resolve()
  return {
    size: 1,
    cores: 1,
    provider: 'cpu',
    run<T extends ComputeTask>(task: T): Promise<ComputeResult<T>> {
      const result = last.then(async () => (await import('./worker-tasks')).runComputeTask(task, 'cpu'))
      last = result.catch(() => undefined)
      return result
    },
    close: async () => void (await last)
  }
}

/**
 * Computes `count` results with all of the pool's threads, at most one task a thread. Stops starting tasks after the
 * first failure, waits for those that run, and throws it.
 */
export async function forEachInPool(pool: ComputePool, count: number, compute: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  let failure: { thrown: unknown } | null = null
  const walk = async (): Promise<void> => {
    while (next < count && failure === null) {
      const index = next++
      try {
        await compute(index)
      } catch (thrown) {
        failure ??= { thrown }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(pool.size, count) }, walk))
  if (failure !== null) throw (failure as { thrown: unknown }).thrown
}
