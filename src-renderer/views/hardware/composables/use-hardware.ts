/** The hardware part of the settings: reading, editing with undo, and the problem of each field. */
import { computed } from 'vue'
import { hardwareSchema, type Hardware } from '@shared/hardware'
import { useHardwareCheck } from '../../../stores/hardware-check'
import { useProjectStore } from '../../../stores/project'

export function useHardware() {
  const project = useProjectStore()
  const check = useHardwareCheck()
  const hardware = computed((): Hardware => project.settings?.hardware ?? hardwareSchema.parse({}))

  /** `path` is that of the field below `hardware`, for example `array.rows`. */
  function edit(path: string, change: (draft: Hardware) => void): void {
    project.edit(`hardware.${path}`, (draft) => change(draft.hardware))
  }
  /** Replaces the description by what `change` makes of it; `key` names the edit for undo. */
  function replace(key: string, change: (now: Hardware) => Hardware): void {
    project.edit(`hardware.${key}`, (draft) => {
      draft.hardware = change(draft.hardware)
    })
  }
  /** What is wrong with a field: found here, or by the services when they refused to save. */
  const problemAt = (path: string): string | null => check.at(`hardware.${path}`)
  /** Attributes of the FieldRow of a field. */
  const row = (path: string): { path: string; problem: string | null } => ({ path: `hardware.${path}`, problem: problemAt(path) })
  return { hardware, edit, replace, problemAt, row }
}
