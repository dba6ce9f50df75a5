/** Attribution on the bundled sample: asked for, watched, cut short, resumed, read on Results, reported. */
import { expect, test } from './fixtures'
import { portrait } from './pages/portrait'
import { button, expectStatus, runPatience, shownRun, untilUnderWay } from './pages/runs'
import { download, fill, fromMenu, goTo, openSample, patience, saved } from './pages/studio'

// A machine that is shared with other work: several times what it takes alone.
test.setTimeout(180_000)

// The preview of a report is a frame without scripts; see flow.test.ts.
test.use({ expectedErrors: /Blocked script execution in 'about:srcdoc'/ })

const figure = (name: string) => ({ name, exact: true })

test('says which effect and which layer costs accuracy', async ({ page, host }, info) => {
  await test.step('the hardware has three effects', async () => {
    await openSample(page, host)
    await goTo(page, 'Hardware')
    await page.getByRole('button', { name: '64×64', exact: true }).click()
    await page.getByRole('button', { name: /^Output converters \(ADC\)/ }).click()
    await page.getByLabel('Output bits', { exact: true }).selectOption({ label: '5 bits, 32 levels' })
    await page.getByRole('button', { name: /^Input converters \(DAC\)/ }).click()
    await page.getByLabel('Input bits', { exact: true }).selectOption({ label: '4 bits, 16 levels' })
    await saved(page)
    await goTo(page, 'Simulate')
    await page.getByRole('radio', { name: 'Attribution' }).check({ force: true })
    await expect(page.getByRole('heading', { name: 'No attribution yet' })).toBeVisible()
    await portrait(page, info, 'before')
  })

  await test.step('settings are kept, and the estimate follows them', async () => {
    await fill(page, 'Chip instances', 3)
    await fill(page, 'Images', 300)
    await fill(page, 'Compared images', 40)
    await page.getByRole('checkbox', { name: 'Each layer alone digital' }).check()
    await saved(page)
    await expect(page.getByText(/^about .* s$/)).toBeVisible(patience)
    // The two modes have settings of their own.
    await page.getByRole('radio', { name: 'Accuracy', exact: true }).check({ force: true })
    await expect(page.getByLabel('Chip instances', { exact: true }).and(page.locator('input'))).not.toHaveValue('3')
    await goTo(page, 'Hardware')
    await goTo(page, 'Simulate')
    await page.getByRole('radio', { name: 'Attribution' }).check({ force: true })
    await expect(page.getByLabel('Chip instances', { exact: true }).and(page.locator('input'))).toHaveValue('3')
  })

  await test.step('live, cancelled, resumed', async () => {
    await fill(page, 'Chip instances', 12)
    await saved(page)
    await page.getByLabel('Name of the run').fill('Who is it')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(shownRun(page)).toHaveText('Who is it')
    await untilUnderWay(page)
    await expect(page.getByRole('figure', figure('Waterfall'))).toBeVisible(runPatience)
    await button(page, 'Cancel').click()
    await expectStatus(page, 'cancelled')
    // What was found stays.
    await expect(page.getByRole('region', { name: 'Findings' })).toContainText('The digital network has a top-1 accuracy of')
    await button(page, 'Resume').click()
    await expectStatus(page, 'finished')
  })

  await test.step('findings', async () => {
    for (const name of ['Waterfall', 'Effects', 'Layers', 'Signal-to-noise ratio']) await expect(page.getByRole('figure', figure(name))).toBeVisible()
    await expect(page.getByRole('region', { name: 'Findings' })).toContainText('“Programming error” costs most')
    await portrait(page, info, 'simulate')
  })

  await test.step('Results: charts, tables, exports', async () => {
    await page.getByRole('button', { name: 'Open in Results' }).click()
    await expect(page.getByRole('grid', { name: 'Runs' }).getByRole('row', { name: /Attribution/ })).toBeVisible()
    await portrait(page, info, 'results-effects')
    const waterfall = page.getByRole('region', { name: 'Waterfall' })
    await waterfall.getByRole('button', { name: 'Show as table' }).click()
    const steps = page.getByRole('table', { name: 'Waterfall, numbers' })
    await expect(steps.getByRole('row', { name: /^Digital/ })).toContainText('%')
    await expect(steps.getByRole('row', { name: /^\+ Programming error/ })).toContainText('−')
    await waterfall.getByRole('button', { name: 'Show as table' }).click()
    const csv = await download(page, () => fromMenu(page, waterfall.getByRole('button', { name: 'Export Waterfall' }), 'Numbers (CSV)'))
    expect(csv.text).toMatch(/^step,top1,ci95,change/)
    await page.getByRole('tab', { name: 'Layers', exact: true }).click()
    await expect(page.getByRole('figure', figure('Signal-to-noise ratio'))).toBeVisible()
    await portrait(page, info, 'results-layers')
    await page.getByRole('tab', { name: 'Chip instances', exact: true }).click()
    await expect(page.getByRole('figure', figure('Accuracy of each chip instance'))).toBeVisible()
    await portrait(page, info, 'results-chips')
    await page.getByRole('tab', { name: 'Configuration', exact: true }).click()
    await expect(page.getByRole('tabpanel')).toContainText('signalImages')
    const trials = await download(page, () => fromMenu(page, page.getByRole('button', { name: 'Export', exact: true }), 'Trials as CSV'))
    const lines = trials.text.trim().split(/\r?\n/)
    expect(lines[0]).toBe('point,chipInstance,top1,top5,loss,layer,signal,noise,seconds')
    expect(lines.filter((line) => line.startsWith('programmingError@*,')).length).toBeGreaterThanOrEqual(12)
  })

  await test.step('Report', async () => {
    await goTo(page, 'Report')
    await page.getByRole('checkbox', { name: 'Select all' }).check()
    await expect(page.getByTitle('Preview of the report')).toHaveAttribute('srcdoc', /Effects switched on one after another/, patience)
    await portrait(page, info, 'report')
  })
})
