/** A resilience study on the bundled sample: from a fine-tuning with one click, cancelled, carried out, read on Results, reported. */
import { expect, test } from './fixtures'
import { portrait } from './pages/portrait'
import { button, expectStatus, runPatience, shownRun, untilUnderWay } from './pages/runs'
import { download, fill, fromMenu, goTo, openSample, patience, saved } from './pages/studio'

// A machine that is shared with other work: several times what it takes alone.
test.setTimeout(300_000)

// The preview of a report is a frame without scripts; see flow.test.ts.
test.use({ expectedErrors: /Blocked script execution in 'about:srcdoc'/ })

test('says where the network and the fine-tuned one fail', async ({ page, host }, info) => {
  await test.step('from a fine-tuning with one click', async () => {
    await openSample(page, host)
    await goTo(page, 'Fine-tune')
    for (const [label, value] of [['Epochs', 2], ['Training images', 600], ['Validation images', 100], ['Validation instances', 2], ['Test images', 100], ['Test instances', 2]] as const) {
      await fill(page, label, value)
    }
    await saved(page)
    await page.getByLabel('Name of the run').fill('Two epochs')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expectStatus(page, 'finished')
    await page.getByRole('button', { name: 'Study', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'No study yet' })).toBeVisible()
    await expect(page.getByRole('checkbox', { name: 'Two epochs (0001)' })).toBeChecked()
  })

  await test.step('settings, and the estimate that follows them', async () => {
    const name = page.getByLabel('Name of Two epochs (0001) in the study')
    await name.fill('Original')
    await name.press('Enter')
    await expect(page.getByText('“Original” is the name of another network.')).toBeVisible()
    await name.fill('HA-SGD')
    await name.press('Enter')
    await page.getByRole('checkbox', { name: 'Two per layer (bi-scale)' }).uncheck()
    await fill(page, 'Step', 0.1)
    await fill(page, 'Chip instances', 4)
    await fill(page, 'Images', 100)
    await saved(page)
    await expect(page.getByText(/^about .* s$/)).toBeVisible(patience)
    // Two networks in two representations: one chip instance at σ = 0, four at 0.1 and at 0.2.
    await expect(page.getByText('36 trials')).toBeVisible(patience)
    await portrait(page, info, 'before')
  })

  await test.step('live and cancelled: minutes of work, which do not end while a slow browser is clicking', async () => {
    await fill(page, 'Chip instances', 1000)
    await saved(page)
    await page.getByLabel('Name of the run').fill('Long')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(shownRun(page)).toHaveText('Long')
    await untilUnderWay(page)
    await expect(page.getByRole('figure', { name: 'Accuracy by representation' })).toBeVisible(runPatience)
    await button(page, 'Cancel').click()
    await expectStatus(page, 'cancelled')
    // What was found so far stays.
    await expect(page.getByRole('region', { name: 'Findings' })).toContainText('Digital top-1 accuracy: Original')
  })

  await test.step('to its end', async () => {
    await fill(page, 'Chip instances', 4)
    await saved(page)
    await page.getByLabel('Name of the run').fill('How resilient')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(shownRun(page)).toHaveText('How resilient')
    await expectStatus(page, 'finished')
  })

  await test.step('findings', async () => {
    await expect(page.getByRole('figure', { name: 'Accuracy by representation' })).toBeVisible(runPatience)
    await expect(page.getByRole('region', { name: 'Findings' })).toContainText(/Original loses half of its digital accuracy at σ = .*; HA-SGD/)
    await expect(page.getByRole('table', { name: 'Accuracies' }).locator('tbody tr')).toHaveCount(6)
    await portrait(page, info, 'simulate')
  })

  await test.step('Results: chart, tables, exports', async () => {
    await page.getByRole('button', { name: 'Open in Results' }).click()
    await expect(page.getByRole('grid', { name: 'Runs' }).getByRole('row', { name: /How resilient/ })).toBeVisible()
    await portrait(page, info, 'results')
    const chart = page.getByRole('region', { name: 'Accuracy by representation' })
    const csv = await download(page, () => fromMenu(page, chart.getByRole('button', { name: 'Export Accuracy by representation' }), 'Numbers (CSV)'))
    expect(csv.text).toMatch(/^network,scale,sigma,chipInstances,mean,ci95/)
    expect(csv.text.trim().split(/\r?\n/)).toHaveLength(1 + 12)
    const trials = await download(page, () => fromMenu(page, page.getByRole('button', { name: 'Export', exact: true }), 'Trials as CSV'))
    // Two digital networks and 36 chip instances, none of them twice.
    expect(trials.text.trim().split(/\r?\n/)).toHaveLength(1 + 2 + 36)
  })

  await test.step('Report', async () => {
    await goTo(page, 'Report')
    await page.getByRole('checkbox', { name: 'Select all' }).check()
    await expect(page.getByTitle('Preview of the report')).toHaveAttribute('srcdoc', /loses half of its digital accuracy/, patience)
    await portrait(page, info, 'report')
  })
})
