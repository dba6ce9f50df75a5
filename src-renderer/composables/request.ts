/** A request with its state: busy, the problem it ended with, its value. The problem is also listed in the Problems panel. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { RequestInput, RequestName, RequestOutput } from '@shared/api'
import type { Problem } from '@shared/problems'
import { useBridge } from '../stores/bridge'
import { useProblemsStore } from '../stores/problems'

export interface RequestState<N extends RequestName> {
  busy: Ref<boolean>
  problem: ShallowRef<Problem | null>
  value: ShallowRef<RequestOutput<N> | null>
  /** Sends it; the value, or null when it ended with a problem or a later call overtook it. */
  send(input: RequestInput<N>): Promise<RequestOutput<N> | null>
}

/** `quiet`: the problem stays beside its place and is not listed, for requests that the program makes by itself (estimates). */
export function useRequest<N extends RequestName>(name: N, options: { quiet?: boolean } = {}): RequestState<N> {
  const bridge = useBridge()
  const problems = useProblemsStore()
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  // The widened type is what shallowRef infers for a generic output; the state's interface narrows it again.
  const value: ShallowRef<RequestOutput<N> | null> = shallowRef(null)
  let latest = 0
  async function send(input: RequestInput<N>): Promise<RequestOutput<N> | null> {
    const mine = ++latest
    busy.value = true
    const answer = await bridge.request(name, input)
    if (mine !== latest) return null
    busy.value = false
    if (!answer.ok) {
      problem.value = answer.problem
      if (options.quiet !== true) problems.add(answer.problem)
      return null
    }
    problem.value = null
    value.value = answer.value
    return answer.value
  }
  return { busy, problem, value, send }
}
