/** Looks at a screen: pictures of both themes for people, and what assistive technology is told of its controls. */
import type { Page, TestInfo } from '@playwright/test'
import { expect } from '../fixtures'

/** Roles of controls that say nothing without a name. */
const controls = 'button|checkbox|combobox|grid|link|listbox|menuitem|radio|radiogroup|searchbox|slider|spinbutton|switch|tab|tablist|textbox|treeitem'
/** Lines of an ARIA snapshot that are such a control without a name: `- textbox`, `- switch [checked]`, `- link:`. */
const unnamed = new RegExp(`^\\s*- '?(?:${controls})(?: \\[|:|$)`)

export async function unnamedControls(page: Page): Promise<string[]> {
  const snapshot = await page.locator('body').ariaSnapshot()
  return snapshot.split('\n').filter((line) => unnamed.test(line))
}

/** Pictures of the screen, light and dark, in the test's output folder; fails when a control has no name. */
export async function portrait(page: Page, info: TestInfo, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // The pointer rests where nothing is hovered.
    await page.mouse.move(700, 4)
    await page.screenshot({ path: info.outputPath(`${name}-${colorScheme}.png`), animations: 'disabled' })
  }
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await unnamedControls(page), `controls without a name on ${name}`).toEqual([])
}
