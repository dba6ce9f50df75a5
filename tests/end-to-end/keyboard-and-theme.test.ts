/** The program without a pointer, and in the dark. */
import { expect, openApp, test } from './fixtures'
import { unnamedControls } from './pages/portrait'
import { command, goTo, openSample, patience, rail } from './pages/studio'

test('Tab reaches the steps, the palette opens a screen, Escape closes it', async ({ page, host }) => {
  await openApp(page, host)
  // The sample, by keyboard: the palette offers what the start page offers.
  await command(page, 'open sample')
  await expect(page.getByTestId('network-graph')).toHaveAttribute('data-ready', 'true', patience)

  await page.locator('body').focus()
  const onRail = rail(page).getByRole('link', { name: 'Data', exact: true })
  // Top bar and rail have fewer stops than this.
  for (let stop = 0; stop < 20 && !(await onRail.evaluate((link) => link === document.activeElement)); stop++) await page.keyboard.press('Tab')
  await expect(onRail).toBeFocused()
  expect(await onRail.evaluate((link) => getComputedStyle(link).outlineStyle), 'the focus is visible').not.toBe('none')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/data$/)

  await command(page, 'hardware')
  await expect(page).toHaveURL(/#\/hardware$/)
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('combobox', { name: 'Search commands' })
  await expect(palette).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(palette).toBeHidden()
  await expect(page).toHaveURL(/#\/hardware$/)
  await page.keyboard.press('Alt+5')
  await expect(page).toHaveURL(/#\/simulate$/)

  // A switch and a number by keys alone.
  await page.keyboard.press('Alt+4')
  const programming = page.getByRole('switch', { name: /Programming error/ })
  await programming.focus()
  await page.keyboard.press('Space')
  await expect(programming).not.toBeChecked()
  const rows = page.getByLabel('Rows', { exact: true })
  await rows.focus()
  await page.keyboard.press('ArrowUp')
  await expect(rows).toHaveValue('16')
})

test('the dark theme stays', async ({ page, host }) => {
  await openSample(page, host)
  const background = () => page.locator('#main').evaluate((main) => getComputedStyle(main.parentElement ?? main).getPropertyValue('color-scheme') || getComputedStyle(document.documentElement).colorScheme)
  expect(await background()).not.toBe('dark')
  await page.getByRole('button', { name: /^Theme/ }).click()
  await page.getByRole('menuitem', { name: 'Theme: dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const dark = await page.evaluate(() => getComputedStyle(document.body).color)
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe(dark)
  expect(await background()).toBe('dark')
  await goTo(page, 'Data')
  await page.getByRole('button', { name: /^Theme: dark/ }).click()
  await page.getByRole('menuitem', { name: 'Theme: light' }).click()
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.body).color)).not.toBe(dark)
})

test('dialogs and the palette name their controls, and the check of names finds one without', async ({ page, host }) => {
  await openSample(page, host)
  for (const [words, dialog] of [['new project', 'New project'], ['keyboard shortcuts', 'Keyboard shortcuts'], ['about', 'Analog CIM Studio'], ['import network', 'Choose a network']] as const) {
    await command(page, words)
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible()
    expect(await unnamedControls(page), `in the dialog of "${words}"`).toEqual([])
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
  }
  await page.evaluate(() => document.getElementById('main')?.append(document.createElement('input'), document.createElement('button')))
  expect(await unnamedControls(page)).toHaveLength(2)
})
