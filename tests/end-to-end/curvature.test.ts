/** Curvature on the bundled sample: the network before and after fine-tuning, cut short, resumed, read on Results, reported. */
import { expect, test } from './fixtures'
import { portrait } from './pages/portrait'
import { button, expectStatus, runPatience, shownRun, untilUnderWay } from './pages/runs'
import { download, fill, fromMenu, goTo, openSample, patience, saved } from './pages/studio'

// A machine that is shared with other work: several times what it takes alone.
test.setTimeout(180_000)

// The preview of a report is a frame without scripts; see flow.test.ts.
test.use({ expectedErrors: /Blocked script execution in 'about:srcdoc'/ })

const figure = (name: string) => ({ name, exact: true })

test('shows where the loss bends before and after fine-tuning', async ({ page, host }, info) => {
  await test.step('a fine-tuned network', async () => {
    await openSample(page, host)
    await goTo(page, 'Fine-tune')
    for (const [label, value] of [['Epochs', 2], ['Training images', 600], ['Validation images', 100], ['Validation instances', 2], ['Test images', 100], ['Test instances', 2]] as const) {
      await fill(page, label, value)
    }
    await saved(page)
    await page.getByLabel('Name of the run').fill('Two epochs')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expectStatus(page, 'finished')
    // The network in use is another one when the two are compared.
    await page.getByRole('button', { name: 'Use this network' }).click()
    await expect(page.getByRole('banner').getByRole('link', { name: 'glyphs-0001-finetune.onnx' })).toBeVisible(patience)
  })

  await test.step('settings by one click, and the estimate that follows them', async () => {
    await page.getByRole('button', { name: 'Compare curvature' }).click()
    await expect(page.getByRole('heading', { name: 'No curvature yet' })).toBeVisible()
    await expect(page.getByRole('banner').getByRole('link', { name: 'glyphs.onnx' })).toBeVisible()
    await expect(page.getByLabel('Compare with', { exact: true }).locator('option:checked')).toHaveText('Two epochs (0001)')
    await fill(page, 'Images', 60)
    // Enough that a slow browser can cancel it.
    await fill(page, 'Probes', 40)
    await fill(page, 'Eigenvalues', 2)
    await fill(page, 'Iterations', 4)
    await fill(page, 'Points of an axis', 6)
    // The network itself is a point.
    await expect(page.getByLabel('Points of an axis', { exact: true }).and(page.locator('input'))).toHaveValue('7')
    await saved(page)
    await expect(page.getByText(/^about .* s$/)).toBeVisible(patience)
    await portrait(page, info, 'before')
  })

  await test.step('live, cancelled, resumed', async () => {
    await page.getByLabel('Name of the run').fill('How sharp')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(shownRun(page)).toHaveText('How sharp')
    await untilUnderWay(page)
    await button(page, 'Cancel').click()
    await expectStatus(page, 'cancelled')
    await button(page, 'Resume').click()
    await expectStatus(page, 'finished')
  })

  await test.step('findings', async () => {
    for (const name of ['Cost of errors by layer', 'Sharpness by layer', 'Eigenvalues', 'Loss landscape']) await expect(page.getByRole('figure', figure(name))).toBeVisible(runPatience)
    await expect(page.getByRole('region', { name: 'Findings' })).toContainText('After fine-tuning errors raise the loss')
    await portrait(page, info, 'simulate')
    await page.getByRole('figure', figure('Loss landscape')).scrollIntoViewIfNeeded()
    await portrait(page, info, 'simulate-end')
  })

  await test.step('Results: charts, tables, exports', async () => {
    await page.getByRole('button', { name: 'Open in Results' }).click()
    await expect(page.getByRole('grid', { name: 'Runs' }).getByRole('row', { name: /Curvature/ })).toBeVisible()
    await portrait(page, info, 'results')
    const costs = page.getByRole('region', { name: 'Cost of errors by layer' })
    await costs.getByRole('button', { name: 'Show as table' }).click()
    await expect(page.getByRole('table', { name: 'Cost of errors by layer, numbers' }).locator('tbody tr').first()).toContainText(/\d/)
    const csv = await download(page, () => fromMenu(page, costs.getByRole('button', { name: 'Export Cost of errors by layer' }), 'Numbers (CSV)'))
    expect(csv.text).toMatch(/^layer,weights,deviation,cost,costCi95,trace,traceCi95,deviationAfter/)
    await page.getByRole('tab', { name: 'Landscape', exact: true }).click()
    await expect(page.getByRole('figure', figure('Loss landscape'))).toBeVisible()
    await portrait(page, info, 'results-landscape')
    const steps = await download(page, () => fromMenu(page, page.getByRole('button', { name: 'Export', exact: true }), 'Trials as CSV'))
    const lines = steps.text.trim().split(/\r?\n/)
    // 20 chip instances of each network, none of them twice.
    expect(lines.filter((line) => line.includes(',draw,'))).toHaveLength(40)
  })

  await test.step('a plane', async () => {
    await goTo(page, 'Simulate')
    await page.getByLabel('Landscape', { exact: true }).selectOption({ label: 'A plane' })
    await fill(page, 'Points of an axis', 5)
    await fill(page, 'Chip instances', 0)
    await fill(page, 'Probes', 2)
    await fill(page, 'Eigenvalues', 0)
    await saved(page)
    await page.getByLabel('Name of the run').fill('A plane')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(shownRun(page)).toHaveText('A plane')
    await expectStatus(page, 'finished')
    for (const name of ['Loss landscape, before', 'Loss landscape, after']) await expect(page.getByRole('figure', figure(name))).toBeVisible()
    await page.getByRole('figure', figure('Loss landscape, after')).scrollIntoViewIfNeeded()
    await portrait(page, info, 'plane')
  })

  await test.step('Report', async () => {
    await goTo(page, 'Report')
    await page.getByRole('checkbox', { name: 'Select all' }).check()
    await expect(page.getByTitle('Preview of the report')).toHaveAttribute('srcdoc', /errors raise the loss from/, patience)
    await portrait(page, info, 'report')
  })
})
