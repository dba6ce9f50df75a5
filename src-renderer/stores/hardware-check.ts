/** What is wrong with the hardware as it is edited: fields out of range and things that do not fit together, checked once for all screens. */
import { computed } from 'vue'
import { defineStore } from 'pinia'
import { hardwareProblems, hardwareSchema } from '@shared/hardware'
import { problem, type Problem } from '@shared/problems'
import type { RunKind } from '@shared/run'
import { runProblems, studyProblems } from '@shared/run-problems'
import { issueMessage, issuePath } from '@shared/schema-issues'
import { useProjectStore } from './project'

export const useHardwareCheck = defineStore('hardwareCheck', () => {
  const project = useProjectStore()
  /** Errors first; empty without a project. */
  const problems = computed((): Problem[] => {
    const hardware = project.settings?.hardware
    if (hardware === undefined) return []
    const parsed = hardwareSchema.safeParse(hardware, { reportInput: true })
    const issues = parsed.success ? [] : parsed.error.issues.map((issue) => problem('HARDWARE_INVALID', `hardware.${issuePath(issue)}`, issueMessage(issue)))
    // Whether things fit together can be asked of valid fields only.
    const found = parsed.success ? hardwareProblems(hardware) : issues
    return [...found.filter(({ severity }) => severity === 'error'), ...found.filter(({ severity }) => severity !== 'error')]
  })
  const errors = computed(() => problems.value.filter(({ severity }) => severity === 'error'))
  const byField = computed(() => {
    const map = new Map<string, Problem[]>()
    for (const each of problems.value) map.set(each.where, [...(map.get(each.where) ?? []), each])
    return map
  })

  /** What is said beside a field, with what to do; null when there is nothing. `path` is the full one, `hardware.array.rows`. */
  function at(path: string): string | null {
    const own = byField.value.get(path)?.map(({ message, tip }) => `${message} ${tip}`)
    const saved = project.saveProblem
    const refused = saved?.where.replace(/^settings\./, '') === path ? saved.message : null
    return own?.join(' ') ?? refused
  }
  /** The first error of what a simulation would compute: at the points of its sweep, or in the hardware itself. */
  const simulationError = computed((): Problem | null => {
    if (project.settings === null) return null
    const { hardware, simulation } = project.settings
    if (!hardwareSchema.safeParse(hardware).success) return errors.value[0] ?? null
    return runProblems(hardware, simulation.sweep).find(({ severity }) => severity === 'error') ?? null
  })
  /** The same of a study, in any of its representations. */
  const studyError = computed((): Problem | null => {
    if (project.settings === null) return null
    const { hardware, study } = project.settings
    if (!hardwareSchema.safeParse(hardware).success) return errors.value[0] ?? null
    return studyProblems(hardware, study).find(({ severity }) => severity === 'error') ?? null
  })
  /** Why a run of this kind would be refused; null where the hardware allows it. Sweeps belong to simulations and studies alone. */
  const refusal = (kind: RunKind): Problem | null => (kind === 'simulate' ? simulationError.value : kind === 'study' ? studyError.value : (errors.value[0] ?? null))
  return { problems, errors, at, refusal }
})
