/** Runs as the screens Simulate, Fine-tune and Results show them. */
import type { Locator, Page } from '@playwright/test'
import { expect } from '../fixtures'
import { fill, fromMenu, goTo, saved } from './studio'

/** A small run ends, or a live one shows its first point, within this time on a loaded machine. */
export const runPatience = { timeout: 60_000 }

export interface SmallSimulation {
  /** Values of σ. */
  sigmas: readonly number[]
  chipInstances: number
  images: number
  name: string
}
/** Some seconds of work: it can be interrupted, and be waited for. */
export const interruptible = { sigmas: [0.05, 0.1, 0.15], chipInstances: 24, images: 500 }
/** Minutes of work: it does not end while a slow browser is reloading. Cancel it. */
export const long = { sigmas: [0.05, 0.1], chipInstances: 1000, images: 200 }

const status = (page: Page, word: string): Locator => page.getByRole('main').locator('.run-bar').getByText(word, { exact: true })
export const expectStatus = async (page: Page, word: 'running' | 'paused' | 'finished' | 'cancelled' | 'failed' | 'interrupted'): Promise<void> =>
  await expect(status(page, word)).toBeVisible(runPatience)

/** Name of the run that is shown. */
export const shownRun = (page: Page): Locator => page.locator('.run-bar').getByRole('heading')
/** How far the shown run is, as assistive technology is told. */
export const progress = (page: Page): Locator => page.locator('.run-bar').getByRole('progressbar')
/** Rows of the table of points, without its head. */
export const points = (page: Page): Locator => page.getByRole('table', { name: 'Points' }).locator('tbody tr:not(.none)')
export const button = (page: Page, name: string): Locator => page.locator('.run-bar').getByRole('button', { name, exact: true })

/** On the Simulate screen: sets a sweep over σ and starts it. */
export async function simulate(page: Page, { sigmas, chipInstances, images, name }: SmallSimulation): Promise<void> {
  await goTo(page, 'Simulate')
  await page.getByLabel('Parameter', { exact: true }).selectOption('sigma')
  await page.getByRole('radio', { name: 'List' }).check({ force: true })
  await fill(page, 'List', sigmas.join(', '))
  await fill(page, 'Chip instances', chipInstances)
  await fill(page, 'Images', images)
  await expect(page.getByText(`${sigmas.length} points: ${sigmas.join(', ')}`)).toBeVisible()
  await saved(page)
  await page.getByLabel('Name of the run').fill(name)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(shownRun(page)).toHaveText(name)
}

/** Progress of the shown run in per cent. */
export const percentDone = async (page: Page): Promise<number> => Number(await progress(page).getAttribute('aria-valuenow'))

/** Until the first chip instances are done, so that there is a checkpoint. */
export async function untilUnderWay(page: Page): Promise<void> {
  await expectStatus(page, 'running')
  await expect.poll(() => percentDone(page), runPatience).toBeGreaterThan(0)
}

export async function rename(page: Page, name: string): Promise<void> {
  await fromMenu(page, page.getByRole('button', { name: 'More actions' }), 'Rename…')
  const dialog = page.getByRole('dialog', { name: 'Rename run' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(shownRun(page)).toHaveText(name)
}
