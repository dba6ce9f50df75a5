/** The Device screen: choosing, editing, plots, devices of one's own, wrong files, measured data. */
import type { Locator, Page } from '@playwright/test'
import { expect, test, type Host } from './fixtures'
import { portrait } from './pages/portrait'
import { alert, download, fill, fromMenu, goTo, openSample, patience, saved } from './pages/studio'

test.setTimeout(120_000)

const plots = (page: Page): Locator => page.getByTestId('device-plots')
const preset = (page: Page, kind: string, name: string): Locator => page.getByRole('region', { name: kind, exact: true }).getByRole('button', { name, exact: true })
const ownDevices = (page: Page): Locator => page.getByRole('list', { name: 'Devices of this project' })
/** Rows of the table view of a chart; the chart is shown again. */
async function numbers(page: Page, chart: string): Promise<number[][]> {
  const panel = page.getByRole('region', { name: chart, exact: true })
  const button = panel.getByRole('button', { name: 'Show as table' })
  await button.click()
  const rows = await panel.locator('tbody tr').allTextContents()
  const cells = await Promise.all(rows.map(async (_, index) => panel.locator('tbody tr').nth(index).locator('td').allTextContents()))
  await button.click()
  return cells.map((row) => row.map((text) => Number.parseFloat(text.replace('−', '-').replaceAll('\u202f', ''))))
}

async function openDevices(page: Page, host: Host): Promise<void> {
  await openSample(page, host)
  await goTo(page, 'Device')
}
/** Sends a file through the program's own file dialog, which `open` opens. */
async function send(page: Page, open: Locator, name: string, text: string): Promise<void> {
  await open.click()
  const dialog = page.getByRole('dialog')
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), dialog.getByRole('button', { name: 'From this computer…' }).click()])
  await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) })
  await expect(dialog).toBeHidden(patience)
}

test('a device is chosen, seen, edited, kept, exported and imported again', async ({ page, host }, info) => {
  await openDevices(page, host)

  await test.step('Hermes: plots and sources', async () => {
    await preset(page, 'PCM, Hermes core (14 nm)', 'One device').click()
    await expect(preset(page, 'PCM, Hermes core (14 nm)', 'One device')).toHaveAttribute('aria-pressed', 'true')
    for (const chart of ['Programmed conductance', 'Programming error σ', 'Drift', 'Read noise']) await expect(page.getByRole('figure', { name: chart, exact: true })).toBeVisible()
    // σ_prog at r = 0 and r = 1 as published.
    const sigma = await numbers(page, 'Programming error σ')
    expect(sigma[0]?.[1]).toBeCloseTo(0.1578, 3)
    expect(sigma.at(-1)?.[0]).toBe(10.35)
    expect(sigma.at(-1)?.[1]).toBeCloseTo(0.15781817 + 2.32443916 - 2.16310839 + 0.68841818, 3)
    await expect(page.getByRole('region', { name: /^About/ })).toContainText('doi:10.1038/s41928-023-01010-1')
    await portrait(page, info, 'hermes')
  })

  await test.step('an edit is marked, and the plots follow', async () => {
    await fill(page, 'Smallest conductance', 1)
    await expect(page.getByText('modified').first()).toBeVisible()
    await fill(page, 'Levels', 5)
    await expect(page.getByRole('region', { name: 'Programmed conductance' })).toContainText('5 levels')
    const levels = await numbers(page, 'Programmed conductance')
    expect(levels).toHaveLength(5)
    // Shown with four digits.
    levels.forEach(([target], k) => expect(target).toBeCloseTo(1 + (k * 9.35) / 4, 2))
    await page.getByLabel('Unit of: Time since programming').selectOption('days')
    await fill(page, 'Time since programming', 30)
    await expect(page.getByRole('region', { name: 'Read noise' })).toContainText('after 30 days')
    await fill(page, 'Smallest conductance', 7)
    await expect(page.getByRole('alert').filter({ hasText: 'Enter a number from 0 to 5.' })).toBeVisible()
    await fill(page, 'Smallest conductance', 1)
    await saved(page)
  })

  await test.step('undo and redo', async () => {
    await page.getByRole('button', { name: 'Undo change of settings' }).click()
    await expect(page.getByLabel('Time since programming', { exact: true })).toHaveValue('0')
    await page.getByRole('button', { name: 'Redo change of settings' }).click()
    await expect(page.getByLabel('Time since programming', { exact: true })).toHaveValue('30')
  })

  let exported = ''
  await test.step('saved under an own name, changed, saved again, exported', async () => {
    await page.getByRole('button', { name: 'Save as own device…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Save as own device' })
    await dialog.getByLabel('Name', { exact: true }).fill('Lot 7')
    await dialog.getByRole('button', { name: 'Save' }).click()
    const mine = ownDevices(page).getByRole('button', { name: /^Lot 7/ })
    await expect(mine).toHaveAttribute('aria-pressed', 'true')
    await fill(page, 'Smallest conductance', 2)
    await expect(mine).toHaveAttribute('aria-pressed', 'false')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await expect(mine).toHaveAttribute('aria-pressed', 'true')
    const actions = page.getByRole('button', { name: 'Actions for Lot 7' })
    const file = await download(page, () => fromMenu(page, actions, 'Export as JSON'))
    expect(file.name).toBe('Lot 7.json')
    expect(JSON.parse(file.text)).toMatchObject({ schemaVersion: 1, name: 'Lot 7', device: { kind: 'hermes', devices: 1, minimumMicrosiemens: 2 } })
    exported = file.text
    await portrait(page, info, 'own-device')
    await fromMenu(page, actions, 'Delete')
    await expect(ownDevices(page)).toHaveCount(0)
  })

  const importJson = page.getByRole('button', { name: 'Import JSON…' })
  await test.step('a wrong file says which field, and changes nothing', async () => {
    await send(page, importJson, 'wrong.json', exported.replace('"devices": 1', '"devices": 3'))
    const note = alert(page, 'Device is not valid').first()
    await expect(note).toContainText('wrong.json.device.devices', patience)
    await expect(note).toContainText('Found 3, expected one of 1, 2.')
    await expect(ownDevices(page)).toHaveCount(0)
    await expect(page.getByLabel('Smallest conductance', { exact: true })).toHaveValue('2')
    await note.getByRole('button', { name: 'Dismiss' }).click()
  })

  await test.step('the right one comes back, and is there after a reload', async () => {
    await send(page, importJson, 'lot.json', exported)
    await expect(ownDevices(page).getByRole('button', { name: /^Lot 7/ })).toHaveAttribute('aria-pressed', 'true', patience)
    await saved(page)
    await page.reload()
    await expect(ownDevices(page).getByRole('button', { name: /^Lot 7/ })).toHaveAttribute('aria-pressed', 'true', patience)
    await expect(plots(page)).toBeVisible(patience)
  })
})

test('a device without an effect says so, and what does not fit is shown with what to do', async ({ page, host }) => {
  await openDevices(page, host)
  await preset(page, 'RRAM, Milo 2021 (programming error)', 'As characterised').click()
  await expect(plots(page)).toContainText('No retention is known of this device')
  await expect(plots(page)).toContainText('No read noise is known of this device')

  await preset(page, 'SONOS charge trap, Agrawal 2022', 'As characterised').click()
  await page.getByLabel('Unit of: Time since programming').selectOption('days')
  await fill(page, 'Time since programming', 1)
  await fill(page, 'Largest current', 3000)
  const problems = page.getByRole('region', { name: 'Problems of the hardware' })
  await expect(problems).toContainText('known up to 1400 nA; found 3000 nA')
  await expect(problems).toContainText('Choose a smaller largest current')
  await problems.getByRole('button', { name: 'Go to field' }).first().click()
  await expect(page.getByLabel('Largest current', { exact: true })).toBeFocused()
  await fill(page, 'Largest current', 1400)
  await expect(problems).toHaveCount(0)

  // Conductances can be timed; numbers cannot.
  await preset(page, 'Weight-referred', 'σ = 0.1').click()
  await expect(problems).toContainText('Time since programming needs a device that stores conductances')
  await fill(page, 'Time since programming', 0)
  await expect(problems).toHaveCount(0)
})

test('measured points become a device: as a table, and as a fit', async ({ page, host }, info) => {
  await openDevices(page, host)
  const rows = [0, 86_400].flatMap((seconds) => [2, 6, 10, 14, 18, 22].map((target) => `${target},${target - seconds / 86_400 / 2},${(0.5 + 0.02 * target).toFixed(4)},${seconds}`))
  const text = ['target,mean,deviation,time', ...rows.slice(0, 3), '15,fifteen,0.1,0', ...rows.slice(3), ''].join('\n')
  const importCsv = page.getByRole('button', { name: 'Import CSV…' })

  await test.step('a file that is no table', async () => {
    await send(page, importCsv, 'empty.csv', 'target,mean,deviation\n')
    await expect(alert(page, 'Data format not recognised').first()).toContainText('No measured point was found.', patience)
  })

  await test.step('points, the malformed row by its line, fits', async () => {
    await send(page, importCsv, 'lot9.csv', text)
    await expect(page.getByRole('list', { name: 'Malformed rows' })).toContainText('lot9.csv, line 5', patience)
    await expect(page.getByRole('list', { name: 'Malformed rows' })).toContainText('“fifteen” is not a number')
    await expect(page.getByRole('table', { name: 'Measured points' }).locator('tbody tr')).toHaveCount(12)
    const fits = page.getByRole('grid', { name: /^Fits: Deviation/ })
    await expect(fits.locator('tr[aria-selected="true"]')).toContainText('Polynomial, degree 1')
    await expect(fits.locator('tr[aria-selected="true"]')).toContainText('y = 0.5 + 0.02·G')
    await expect(fits.locator('tr[aria-selected="true"]')).toContainText('1.0000')
    await expect(page.getByRole('figure', { name: 'Residuals of the deviation' })).toBeVisible()
    await portrait(page, info, 'measured')
  })

  await test.step('as a table, once the malformed row is left out', async () => {
    await expect(page.getByRole('button', { name: 'Use as table' })).toBeDisabled()
    await page.getByLabel('Go on without this row').check()
    await page.getByRole('button', { name: 'Use as table' }).click()
    await expect(ownDevices(page).getByRole('button', { name: /^lot9/ })).toHaveAttribute('aria-pressed', 'true', patience)
    await expect(page.getByText('12 points')).toBeVisible()
    // Between the two measured times the mean falls by half a microsiemens.
    const drift = await numbers(page, 'Drift')
    expect(drift[0]?.[1]).toBeGreaterThan((drift.at(-1)?.[1] ?? 0) + 0.4)
  })

  await test.step('its points can be looked at again', async () => {
    await page.getByRole('button', { name: 'Points and fits…' }).click()
    await expect(page.getByRole('table', { name: 'Measured points' }).locator('tbody tr')).toHaveCount(12)
    await expect(page.getByRole('grid', { name: /^Fits: Deviation/ }).locator('tbody tr')).toHaveCount(7, patience)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(plots(page)).toBeVisible()
  })

  await test.step('as a fit of the later time', async () => {
    await send(page, importCsv, 'lot9b.csv', text.replace('15,fifteen,0.1,0\n', ''))
    await page.getByLabel('Time', { exact: true }).selectOption({ label: '1 day' })
    const means = page.getByRole('grid', { name: /^Fits: Mean/ })
    await expect(means.locator('tr[aria-selected="true"]')).toContainText('y = −0.5 + 1·G', patience)
    await page.getByRole('button', { name: 'Use this fit' }).click()
    await expect(ownDevices(page).getByRole('button', { name: /^lot9b/ })).toHaveAttribute('aria-pressed', 'true', patience)
    await expect(page.getByRole('region', { name: /^About/ })).toContainText('Fit to lot9b.csv')
  })
})
