/** What a FieldRow tells the control inside it, so that each control is labelled and described without repeating ids. */
import { computed, inject, useId, type ComputedRef, type InjectionKey } from 'vue'

export interface FieldContext {
  /** Id that the control takes, so that the row's label points at it. */
  id: string
  labelId: string
  /** Ids of hint and problem text. */
  describedBy: ComputedRef<string | undefined>
  invalid: ComputedRef<boolean>
}

export const fieldContextKey: InjectionKey<FieldContext> = Symbol('field')

/** Attributes of a control: from the surrounding FieldRow, or from its own `label` where it stands alone. */
export function useFieldAttributes(label: () => string | undefined) {
  const field = inject(fieldContextKey, null)
  const ownId = useId()
  return {
    id: field?.id ?? ownId,
    labelId: field?.labelId,
    inRow: field !== null,
    attributes: computed(() => ({
      id: field?.id ?? ownId,
      'aria-label': field === null ? label() : undefined,
      'aria-describedby': field?.describedBy.value,
      'aria-invalid': field?.invalid.value === true ? true : undefined
    }))
  }
}
