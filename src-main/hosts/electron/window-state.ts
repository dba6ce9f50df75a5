/** Where the window was and how it looked, kept from one start to the next. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const pixel = z.number().int().min(-100_000).max(100_000)
const windowStateSchema = z.object({
  x: pixel,
  y: pixel,
  width: pixel.min(1),
  height: pixel.min(1),
  maximized: z.boolean(),
  /** Background of the theme that was shown last: painted before the page is there, so that nothing flashes. */
  background: z.string().regex(/^#[0-9a-f]{6}$/i).nullable()
})
export type WindowState = z.infer<typeof windowStateSchema>

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export const smallestWindow = { width: 960, height: 600 }
const firstWindow = { width: 1440, height: 900 }
/** So much of the window's top edge must be on a screen, or it could not be dragged back. */
const graspableWidth = 120
const graspableHeight = 40

/**
 * Bounds for a new window: where it was, if that is still on a screen and fits; else centred (x and y missing).
 * @param workAreas usable areas of the screens that are there now, the primary one first
 */
export function restoredBounds(state: WindowState | null, workAreas: readonly Rectangle[]): { x?: number; y?: number; width: number; height: number } {
  const primary = workAreas[0] ?? { x: 0, y: 0, ...firstWindow }
  const fitted = (size: { width: number; height: number }, area: Rectangle) => ({
    width: Math.min(Math.max(size.width, smallestWindow.width), Math.max(area.width, smallestWindow.width)),
    height: Math.min(Math.max(size.height, smallestWindow.height), Math.max(area.height, smallestWindow.height))
  })
  if (state === null) return fitted(firstWindow, primary)
  const home = workAreas.find(
    (area) =>
      Math.min(state.x + state.width, area.x + area.width) - Math.max(state.x, area.x) >= graspableWidth &&
      state.y >= area.y &&
      state.y + graspableHeight <= area.y + area.height
  )
  if (home === undefined) return fitted(state, primary)
  return { x: state.x, y: state.y, ...fitted(state, home) }
}

/** The stored state, or null. What cannot be read is no loss: the window opens in its default place. */
export function readWindowState(file: string): WindowState | null {
  try {
    return windowStateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

export function writeWindowState(file: string, state: WindowState): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(state))
  renameSync(`${file}.new`, file)
}
