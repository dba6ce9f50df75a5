/** The hardware part of the settings: reading, editing with undo, and the problem of each field. */
import { computed } from 'vue'
import { hardwareSchema, type Hardware } from '@shared/hardware'
import { issueMessage } from '@shared/schema-issues'
import { useProjectStore } from '../../../stores/project'

export function useHardware() {
  const project = useProjectStore()
  const hardware = computed((): Hardware => project.settings?.hardware ?? hardwareSchema.parse({}))
  const issues = computed(() => {
    const parsed = hardwareSchema.safeParse(hardware.value, { reportInput: true })
    return new Map(parsed.success ? [] : parsed.error.issues.map((issue) => [issue.path.join('.'), issueMessage(issue)]))
  })

  /** `path` is that of the field below `hardware`, for example `array.rows`. */
  function edit(path: string, change: (draft: Hardware) => void): void {
    project.edit(`hardware.${path}`, (draft) => change(draft.hardware))
  }
  /** What is wrong with a field: found here, or by the services when they refused to save. */
  function problemAt(path: string): string | null {
    const saved = project.saveProblem
    return issues.value.get(path) ?? (saved?.where.endsWith(`hardware.${path}`) ? saved.message : null)
  }
  /** Attributes of the FieldRow of a field. */
  const row = (path: string): { path: string; problem: string | null } => ({ path: `hardware.${path}`, problem: problemAt(path) })
  return { hardware, edit, problemAt, row }
}
