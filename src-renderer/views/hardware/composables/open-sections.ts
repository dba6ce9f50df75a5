/** Which sections are open; kept while the program is, so that leaving the screen and coming back shows the same. */
import { reactive } from 'vue'
import type { SectionId } from '../logic/sections'

const open = reactive(new Set<SectionId>(['representation', 'array']))

export const isOpen = (section: SectionId): boolean => open.has(section)
export function setOpen(section: SectionId, wanted: boolean): void {
  if (wanted) open.add(section)
  else open.delete(section)
}
