/** What calibration found at the converters of a sweep over their bits: listed, drawn, exported, reported. */
import { expect, test } from './fixtures'
import { portrait } from './pages/portrait'
import { expectStatus, shownRun } from './pages/runs'
import { download, fill, fromMenu, goTo, openSample, patience, saved } from './pages/studio'

// A machine that is shared with other work: several times what it takes alone.
test.setTimeout(120_000)

// The preview of a report is a frame without scripts; see flow.test.ts.
test.use({ expectedErrors: /Blocked script execution in 'about:srcdoc'/ })

test('shows what reaches each converter, and its range', async ({ page, host }, info) => {
  await openSample(page, host)

  await test.step('a run without converters says so', async () => {
    await goTo(page, 'Simulate')
    await fill(page, 'Chip instances', 1)
    await fill(page, 'Images', 100)
    await saved(page)
    await page.getByLabel('Name of the run').fill('Ideal')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expectStatus(page, 'finished')
    await page.getByRole('button', { name: 'Open in Results' }).click()
    await page.getByRole('tab', { name: 'Converters', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'No converter acts' })).toBeVisible()
    await portrait(page, info, 'ideal')
  })

  await test.step('a sweep over bits, each tile with a percentile of its own', async () => {
    await goTo(page, 'Hardware')
    await page.getByRole('button', { name: '64×64', exact: true }).click()
    await page.getByRole('button', { name: /^Input converters \(DAC\)/ }).click()
    await page.getByLabel('Input bits', { exact: true }).selectOption({ label: '6 bits, 64 levels' })
    await page.getByRole('button', { name: /^Output converters \(ADC\)/ }).click()
    await page.getByLabel('Output bits', { exact: true }).selectOption({ label: '8 bits, 256 levels' })
    await page.getByLabel('Statistic', { exact: true }).last().selectOption({ label: 'Percentile' })
    await fill(page, 'Percentile', 99)
    await page.getByLabel('Scope', { exact: true }).selectOption({ label: 'One range per tile' })
    await goTo(page, 'Simulate')
    await page.getByLabel('Parameter', { exact: true }).selectOption('adc-bits')
    await page.getByRole('radio', { name: 'List' }).check({ force: true })
    await fill(page, 'List', '4, 6')
    await expect(page.getByText('2 points: 4, 6')).toBeVisible()
    await saved(page)
    await page.getByLabel('Name of the run').fill('Bits')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(shownRun(page)).toHaveText('Bits')
    await expectStatus(page, 'finished')
    await page.getByRole('button', { name: 'Open in Results' }).click()
    await page.getByRole('tab', { name: 'Converters', exact: true }).click()
  })

  const table = page.getByRole('grid', { name: 'Converters' })
  const chart = page.getByRole('region', { name: 'What reaches the converter' })

  await test.step('overview and histogram of the chosen converter', async () => {
    // The last point is shown first.
    await expect(page.getByLabel('Calibration at', { exact: true })).toHaveValue('1')
    const tiled = table.getByRole('row', { name: /ADC 6 .* percentile 99\s%, each of \d+ tiles/ }).first()
    await expect(tiled).toBeVisible()
    await portrait(page, info, 'overview')
    await tiled.click()
    await page.setViewportSize({ width: 1440, height: 1150 })
    await expect(chart).toContainText('has a range of its own')
    await portrait(page, info, 'all-tiles')
    const tile = chart.getByLabel('Tile', { exact: true })
    await tile.selectOption({ index: 2 })
    await expect(chart).toContainText(/6 bits: 64 codes in steps of .*Clipped: .*above\./)
    await portrait(page, info, 'one-tile')
    await page.setViewportSize({ width: 760, height: 900 })
    await portrait(page, info, 'narrow')
    await page.setViewportSize({ width: 1680, height: 1050 })
    await portrait(page, info, 'wide')
  })

  await test.step('by keyboard, and at the other point', async () => {
    const rows = table.locator('tbody tr')
    const first = await table.locator('tr[aria-selected=true]').getAttribute('data-key')
    await table.locator('tr[aria-selected=true]').focus()
    await page.keyboard.press('ArrowDown')
    await expect(table.locator('tr[aria-selected=true]')).not.toHaveAttribute('data-key', first ?? '')
    await page.keyboard.press('Home')
    await expect(rows.first()).toHaveAttribute('aria-selected', 'true')
    await expect(chart).toContainText('DAC of')
    await expect(chart.getByLabel('Tile', { exact: true })).toHaveCount(0)
    await portrait(page, info, 'dac')
    await page.getByLabel('Calibration at', { exact: true }).selectOption({ label: 'ADC bits 4' })
    await expect(table.getByRole('row', { name: /ADC 4 / }).first()).toBeVisible()
    // The same converter stays chosen.
    await expect(chart).toContainText('DAC of')
    await table.getByRole('button', { name: 'Clipped' }).click()
    await table.getByRole('button', { name: 'Clipped' }).click()
    await expect(table.getByRole('columnheader', { name: 'Clipped' })).toHaveAttribute('aria-sort', 'descending')
  })

  await test.step('exports and report', async () => {
    const histogram = await download(page, () => fromMenu(page, chart.getByRole('button', { name: 'Export What reaches the converter' }), 'Numbers (CSV)'))
    expect(histogram.text.trim().split(/\r?\n/)).toHaveLength(129)
    const svg = await download(page, () => fromMenu(page, chart.getByRole('button', { name: 'Export What reaches the converter' }), 'Vector image (SVG)'))
    expect(svg.text).toMatch(/^<svg[\s\S]*<\/svg>\s*$/)
    const overview = await download(page, () => page.getByRole('button', { name: 'Export converters as CSV' }).click())
    expect(overview.text).toMatch(/^layer,converter,bits,lowest,highest,choice,largestSeen,clipped,stepsUsed,effectiveBits\r\n/)
    await goTo(page, 'Report')
    await page.getByRole('checkbox', { name: 'Select all' }).check()
    await expect(page.getByTitle('Preview of the report')).toHaveAttribute('srcdoc', /Converters \(ADC bits 6\)/, patience)
  })
})
