/** Starting runs of one kind and following the one that is shown: what every screen with a Run button shares. */
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { Play } from '@lucide/vue'
import type { Problem } from '@shared/problems'
import type { RunKind } from '@shared/run'
import { useCommands } from '../commands/use-commands'
import { useHardwareCheck } from '../stores/hardware-check'
import { useProjectStore } from '../stores/project'
import { useRunsStore } from '../stores/runs'
import { useRunView } from './run-view'

export interface RunLauncher {
  kind: RunKind
  /** What the person calls the next run; empty for the default name. */
  name: Ref<string>
  starting: Ref<boolean>
  /** Network and data are there, and the hardware fits together. */
  ready: ComputedRef<boolean>
  /** What does not fit together in the hardware, so that the run would be refused; null when all does. */
  refusal: ComputedRef<Problem | null>
  /** Why the last start was refused. */
  problem: ShallowRef<Problem | null>
  /** The run that was started here last, else the newest one: leaving and coming back shows the same. */
  run: ReturnType<typeof useRunView>
  start(): Promise<void>
}

/** @param title Of the command that starts a run, for palette, menu and shortcut. */
export function useRunLauncher(kind: RunKind, title: string): RunLauncher {
  const project = useProjectStore()
  const runs = useRunsStore()
  const name = ref('')
  const starting = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const check = useHardwareCheck()
  const refusal = computed(() => check.refusal(kind))
  const ready = computed(() => project.network !== null && project.dataset !== null && refusal.value === null)
  const shownId = computed(() => runs.shown[kind] ?? project.runs.filter((run) => run.kind === kind).at(-1)?.id ?? null)

  async function start(): Promise<void> {
    starting.value = true
    const answer = await runs.start(kind, name.value.trim() === '' ? null : name.value.trim())
    starting.value = false
    problem.value = 'problem' in answer ? answer.problem : null
    if (!('problem' in answer)) name.value = ''
  }
  useCommands([{ id: `run.${kind}`, title, group: 'Run', icon: Play, shortcut: 'Mod+Enter', enabled: () => ready.value && !starting.value, run: start }])
  return { kind, name, starting, ready, refusal, problem, run: useRunView(shownId), start }
}
