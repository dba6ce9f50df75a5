/** What every screen shares: the rail, fields by label, alerts, downloads. Locators are what a screen reader would say. */
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { expect, openApp, type Host } from '../fixtures'

export type Step = 'Model' | 'Data' | 'Device' | 'Hardware' | 'Simulate' | 'Fine-tune' | 'Results' | 'Report'

/** A loaded machine imports the sample, lays out its graph or measures its speed within this time. */
export const patience = { timeout: 30_000 }

export const rail = (page: Page): Locator => page.getByRole('navigation', { name: 'Steps' })

export async function goTo(page: Page, step: Step): Promise<void> {
  const link = rail(page).getByRole('link', { name: step, exact: true })
  await link.click()
  await expect(link).toHaveAttribute('aria-current', 'page')
}

/** From the start page to the Model screen of a new project that holds the bundled sample. */
export async function openSample(page: Page, host: Host): Promise<void> {
  await openApp(page, host)
  await page.getByRole('button', { name: 'Open sample' }).click()
  await expect(page.getByTestId('network-graph')).toHaveAttribute('data-ready', 'true', patience)
  await expect(page.getByRole('banner').getByRole('link', { name: 'glyphs.onnx' })).toBeVisible(patience)
}

/** Types into a field and leaves it, as a person does: the value is taken over when the field is left. */
export async function fill(page: Page, label: string, value: string | number): Promise<void> {
  // A choice elsewhere on the screen may have the same name.
  const field = page.getByLabel(label, { exact: true }).and(page.locator('input:not([type="radio"], [type="checkbox"])'))
  await field.fill(String(value))
  await field.press('Tab')
}

/** The settings are on disk. */
export const saved = async (page: Page): Promise<void> => await expect(page.getByRole('banner').getByText('Saved', { exact: true })).toBeVisible()

/** What a click downloads. */
export async function download(page: Page, click: () => Promise<void>): Promise<{ name: string; bytes: Buffer; text: string }> {
  const [file] = await Promise.all([page.waitForEvent('download', patience), click()])
  const bytes = await readFile(await file.path())
  return { name: file.suggestedFilename(), bytes, text: bytes.toString('utf8') }
}

/** Chooses an item of the menu that `opener` opens. */
export async function fromMenu(page: Page, opener: Locator, item: string | RegExp): Promise<void> {
  await opener.click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** A message beside where something went wrong: title, what was found, what to do. */
export const alert = (page: Page, title: string): Locator => page.getByRole('alert').filter({ hasText: title })

/** The palette of commands, by keyboard. */
export async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k')
  const input = page.getByRole('combobox', { name: 'Search commands' })
  await input.fill(words)
  await input.press('Enter')
  await expect(input).toBeHidden()
}
