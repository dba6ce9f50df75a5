/** The whole job on the bundled sample, once through, with a picture of each screen in both themes. */
import type { Page } from '@playwright/test'
import { expect, openApp, test } from './fixtures'
import { portrait } from './pages/portrait'
import { expectStatus, points, rename, runPatience, shownRun, simulate } from './pages/runs'
import { download, fill, fromMenu, goTo, openSample, patience, saved } from './pages/studio'

// A machine that is shared with other work: several times what it takes alone.
test.setTimeout(180_000)

// The preview of a report is a frame without scripts. Once in a dozen runs the browser says that it blocked one there, it
// seems one of the test driver's own: the step below asserts that the report holds nothing that could run.
test.use({ expectedErrors: /^error: Blocked script execution in 'about:srcdoc' because the document's frame is sandboxed/ })

const exportMenu = (page: Page, chart: string) => page.getByRole('button', { name: `Export ${chart}`, exact: true })
/** Share of right answers in a cell such as `98.32 %`. */
const fraction = (text: string): number => Number.parseFloat(text) / 100

test('a network goes from import to report', async ({ page, host }, info) => {
  const look = async (name: string): Promise<void> => await portrait(page, info, name)

  /** Digital accuracy of the sweep as the screen says it; the report must say the same. */
  let accuracyAtZero = ''

  await test.step('Start', async () => {
    await openApp(page, host)
    await expect(page.getByText('Projects that you open are listed here.')).toBeVisible()
    await look('1-start')
    await openSample(page, host)
  })

  await test.step('Model: graph, layers, histogram', async () => {
    const layers = page.getByRole('grid', { name: 'Layers' })
    await expect(layers.getByText('Conv', { exact: true }).first()).toBeVisible()
    await look('2-model-report')
    await page.getByLabel('Find a layer by name, operator or shape').fill('conv')
    await expect(page.getByText(/^\d+ of \d+$/)).toBeVisible()
    const row = layers.locator('tbody tr').first()
    const name = await row.getAttribute('data-key')
    await row.click()
    const details = page.getByTestId('layer-details')
    await expect(details.getByRole('heading', { name: name ?? '', exact: true })).toBeVisible()
    await expect(details.getByRole('img', { name: /Histogram of the weights: [\d\s,. ]+ values from/ })).toBeVisible(patience)
    await page.getByLabel('Find a layer by name, operator or shape').fill('')
    await look('2-model-layer')
  })

  await test.step('Data: thumbnails, and the right normalisation comes first', async () => {
    await goTo(page, 'Data')
    await expect(page.getByTestId('thumbnails').getByRole('listitem').first()).toBeVisible(patience)
    // A wrong one first, so that the check has something to find.
    await fill(page, 'Divisor', 64)
    const ranking = page.getByTestId('normalization-ranking')
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    const rows = ranking.locator('tbody tr')
    await expect(rows.first()).toContainText('(v / 255 − 0.5) / 0.5', patience)
    const accuracies = (await rows.locator('.accuracy').allTextContents()).map(fraction)
    expect(accuracies).toEqual([...accuracies].sort((a, b) => b - a))
    expect(accuracies[0]).toBeGreaterThan(0.95)
    await rows.first().getByRole('button', { name: 'Use' }).click()
    await expect(rows.first()).toContainText('in use')
    await expect(page.getByLabel('Divisor', { exact: true })).toHaveValue('255')
    await look('3-data')
  })

  await test.step('Device: preset, field, a value out of range, undo', async () => {
    await goTo(page, 'Device')
    const sigma = page.getByLabel('Uncertainty σ', { exact: true })
    await page.getByRole('button', { name: 'σ = 0.06', exact: true }).click()
    await expect(sigma).toHaveValue('0.06')
    await fill(page, 'Uncertainty σ', 0.11)
    await expect(page.getByText('own values').first()).toBeVisible()
    await fill(page, 'Uncertainty σ', 7)
    await expect(page.getByRole('alert').filter({ hasText: 'Enter a number from 0 to 2.' })).toBeVisible()
    await expect(sigma).toHaveAttribute('aria-valuenow', '0.11')
    await fill(page, 'Uncertainty σ', 0.12)
    await expect(page.getByRole('button', { name: 'σ = 0.12', exact: true })).toHaveAttribute('aria-pressed', 'true')
    const undo = page.getByRole('button', { name: 'Undo change of settings' })
    // Edits of one field in a row are one step.
    await undo.click()
    await expect(sigma).not.toHaveValue('0.12')
    await page.getByRole('button', { name: 'Redo change of settings' }).click()
    await expect(sigma).toHaveValue('0.12')
    await expect(page.getByText('reading layer')).toHaveCount(0, patience)
    await look('4-device')
  })

  await test.step('Hardware: arrays, converter, effects, layers, export', async () => {
    await goTo(page, 'Hardware')
    await page.getByRole('button', { name: '64×64', exact: true }).click()
    await expect(page.getByLabel('Rows', { exact: true })).toHaveValue('64')
    await page.getByRole('button', { name: /^Output converters \(ADC\)/ }).click()
    await page.getByLabel('Output bits', { exact: true }).selectOption({ label: '8 bits, 256 levels' })
    const acting = page.getByTestId('effects').locator('[data-acting]')
    await expect(acting).toHaveCount(2)
    await look('5-hardware-effects')
    const programming = page.getByRole('switch', { name: /Programming error/ })
    await programming.click()
    await expect(acting).toHaveCount(1)
    await programming.click()
    await expect(acting).toHaveCount(2)
    await page.getByRole('tab', { name: 'Layers', exact: true }).click()
    const layers = page.getByRole('grid', { name: 'Layers' })
    // A layer with more inputs than an array has rows takes several tiles: `3×1`.
    await expect.poll(async () => (await layers.locator('tbody tr td:nth-child(4)').allTextContents()).map(Number.parseFloat).some((count) => count > 1)).toBe(true)
    await look('5-hardware-layers')
    await page.getByRole('tab', { name: 'Arrays', exact: true }).click()
    await expect(page.getByText(/arrays in \d+ layers/)).toBeVisible()
    await look('5-hardware-arrays')
    await saved(page)
    const file = await download(page, () => page.getByRole('button', { name: 'Export', exact: true }).click())
    expect(file.name).toMatch(/\.json$/)
    expect(JSON.parse(file.text)).toMatchObject({ array: { rows: 64, columns: 64 }, adc: { outputBits: 8 }, device: { sigma: 0.12 } })
  })

  await test.step('Simulate: a short sweep, live, then in numbers', async () => {
    await simulate(page, { sigmas: [0, 0.1, 0.2], chipInstances: 3, images: 300, name: 'Three points' })
    await expectStatus(page, 'finished')
    await expect(points(page)).toHaveCount(3)
    await expect(page.getByRole('figure', { name: 'Accuracy' })).toBeVisible()
    const means = (await points(page).locator('td:nth-child(3)').allTextContents()).map(fraction)
    expect(means[0]).toBeGreaterThan(0.9)
    accuracyAtZero = /Digital top-1 ([\d.]+)/.exec((await page.getByText(/^Digital top-1/).textContent()) ?? '')?.[1] ?? 'no accuracy is shown'
    // Twice the paper's greatest uncertainty on a small network: accuracy is lost, whatever the draw.
    expect(means[2]).toBeLessThan(means[0] ?? 0)
    await look('6-simulate')
    await simulate(page, { sigmas: [0.1, 0.2], chipInstances: 4, images: 300, name: 'Two points' })
    await expectStatus(page, 'finished')
    await expect(points(page)).toHaveCount(2)
  })

  await test.step('Fine-tune: live curves, before and after, the network is used', async () => {
    await goTo(page, 'Fine-tune')
    for (const [label, value] of [['Epochs', 1], ['Training images', 600], ['Validation images', 100], ['Validation instances', 2], ['Test images', 100], ['Test instances', 2]] as const) {
      await fill(page, label, value)
    }
    await saved(page)
    await page.getByLabel('Name of the run').fill('One epoch')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(page.getByRole('figure', { name: /Training/ })).toBeVisible(runPatience)
    await expectStatus(page, 'finished')
    const table = page.getByRole('region', { name: 'Before and after' })
    await expect(table.getByRole('row', { name: /Top-1 under noise, 2 chip instances/ })).toContainText('%')
    await look('7-finetune')
    await page.getByRole('button', { name: 'Use this network' }).click()
    await expect(page.getByText('The network in use is now')).toBeVisible()
    await expect(page.getByRole('banner').getByRole('link', { name: 'glyphs.onnx', exact: true })).toHaveCount(0)
  })

  await test.step('Results: one run, two compared, exports', async () => {
    await goTo(page, 'Results')
    const runs = page.getByRole('grid', { name: 'Runs' })
    await expect(runs.locator('tbody tr')).toHaveCount(3)
    await runs.getByRole('row', { name: /Three points/ }).click()
    await expect(shownRun(page)).toHaveText('Three points')
    await rename(page, 'First sweep <b>')
    await expect(runs.getByRole('row', { name: /First sweep <b>/ })).toBeVisible()
    await look('8-results-accuracy')

    const png = await download(page, () => fromMenu(page, exportMenu(page, 'Accuracy'), 'Image (PNG)'))
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG')
    const svg = await download(page, () => fromMenu(page, exportMenu(page, 'Accuracy'), 'Vector image (SVG)'))
    expect(svg.text).toMatch(/^<svg[\s\S]*<\/svg>\s*$/)
    const chartCsv = await download(page, () => fromMenu(page, exportMenu(page, 'Accuracy'), 'Numbers (CSV)'))
    // A head and three points.
    expect(chartCsv.text.trim().split(/\r?\n/)).toHaveLength(4)
    const trials = await download(page, () => fromMenu(page, page.getByRole('button', { name: 'Export', exact: true }), 'Trials as CSV'))
    const lines = trials.text.trim().split(/\r?\n/).filter((line) => !line.startsWith('#'))
    // A head, and a line for each of three chip instances at each of three points.
    expect(lines).toHaveLength(1 + 9)
    expect(lines[0]).toMatch(/top1/i)

    for (const [tab, picture] of [['Chip instances', 'distribution'], ['Confusion', 'confusion'], ['Numbers', 'numbers'], ['Converters', 'converters'], ['Configuration', 'configuration']] as const) {
      await page.getByRole('tab', { name: tab, exact: true }).click()
      const panel = page.getByRole('tabpanel')
      await expect(panel).toContainText({ 'Chip instances': 'Accuracy of each chip instance', Confusion: 'Accuracy per class', Numbers: 'Median', Converters: 'largest magnitude', Configuration: 'SHA-256' }[tab])
      await look(`8-results-${picture}`)
      if (tab === 'Confusion') await expect(panel.getByLabel('Of', { exact: true })).toHaveText(/digitalσ = 0σ = 0\.1σ = 0\.2/)
    }
    await runs.getByRole('row', { name: /Two points/ }).click({ modifiers: ['Control'] })
    await expect(page.getByRole('heading', { name: 'Comparison of 2 runs' })).toBeVisible()
    const differing = page.getByRole('table', { name: 'Differing parameters' })
    await expect(differing.getByRole('row', { name: /chipInstances 3 4/ })).toBeVisible()
    await expect(differing.getByRole('row', { name: /device\.mu/ })).toHaveCount(0)
    await look('8-results-compare')
  })

  await test.step('Report: preview, and one file that needs nothing else', async () => {
    await goTo(page, 'Report')
    await page.getByRole('checkbox', { name: 'Select all' }).check()
    // The frame allows no script, so its text is read from outside.
    const preview = page.getByTitle('Preview of the report')
    await expect(preview).toHaveAttribute('srcdoc', /First sweep &lt;b/, patience)
    await expect(preview).toHaveAttribute('srcdoc', /One epoch/)
    await expect(preview).toHaveAttribute('srcdoc', new RegExp(accuracyAtZero))
    expect(await preview.getAttribute('srcdoc')).not.toMatch(/<script|javascript:|<[^>]+\son[a-z]+\s*=/i)
    await look('9-report')
    const { name, text } = await download(page, () => page.getByRole('button', { name: 'Export HTML' }).click())
    expect(name).toMatch(/\.html$/)
    // Nothing is fetched: no element names another file. Links in the citation are read, not loaded.
    const loads = text.match(/<(?:img|script|link|iframe|source|video|audio|object|embed|use|image)\b[^>]*\b(?:src|href|data)\s*=\s*["']?(?!data:|#)[^"'>\s]+/gi) ?? []
    expect(loads).toEqual([])
    expect(text).not.toMatch(/@import|url\(\s*["']?(?!data:|#)/i)
    const addresses = [...new Set(text.match(/https?:\/\/[^\s"'<>)]+/g) ?? [])].filter((address) => !/^https?:\/\/(www\.w3\.org|arxiv\.org|doi\.org|dx\.doi\.org)\//.test(address))
    expect(addresses).toEqual([])
    expect(text).not.toContain('First sweep <b>')
    expect(text).toMatch(/seed/i)
    expect(text).toMatch(/\b[0-9a-f]{64}\b/)
    expect(text).toContain(accuracyAtZero)
  })
})
