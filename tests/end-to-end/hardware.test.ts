/** The hardware description in full: every section, what does not fit together, one layer for itself, effects, and a run with it. */
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { portrait } from './pages/portrait'
import { expectStatus, points } from './pages/runs'
import { fill, goTo, openSample, saved } from './pages/studio'

// Pictures of many states, and a run with cells, slices and wires on a machine that is shared with other work.
test.setTimeout(180_000)

const section = (page: Page, title: string): Locator => page.getByRole('region', { name: title, exact: true })
/** Opens a section and gives it back. */
async function opened(page: Page, title: string): Promise<Locator> {
  const region = section(page, title)
  const toggle = region.getByRole('button', { expanded: false }).first()
  if ((await region.getAttribute('data-open')) === null) await toggle.click()
  await expect(region).toHaveAttribute('data-open', 'true')
  return region
}
const summary = (page: Page, title: string): Locator => section(page, title).locator('.summary')
const acting = (page: Page): Locator => page.getByTestId('effects').locator('[data-acting]')
const layers = (page: Page): Locator => page.getByRole('grid', { name: 'Layers' })
const problems = (page: Page): Locator => page.getByRole('region', { name: 'Problems of the hardware' })

async function startFrom(page: Page, preset: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Presets…' }).click()
  await page.getByRole('dialog', { name: 'Start from a preset' }).getByRole('button', { name: preset }).click()
}

test('hardware is described in every section, refused where it does not fit, and simulated', async ({ page, host }, info) => {
  const look = async (name: string): Promise<void> => await portrait(page, info, name)
  await openSample(page, host)
  await goTo(page, 'Hardware')

  await test.step('Sections without a meaning say why', async () => {
    const cells = await opened(page, 'Cells')
    await expect(cells.getByText('The weight-referred device stores numbers, not conductances')).toBeVisible()
    await expect(cells.getByLabel('Pair')).toHaveCount(0)
  })

  await test.step('A preset replaces the description, and that can be undone', async () => {
    await startFrom(page, /^PCM after one day/)
    await expect(page.getByLabel('Name of this hardware')).toHaveValue('PCM after one day')
    await expect(summary(page, 'Device')).toHaveText(/Hermes/)
    await expect(summary(page, 'Time and compensation')).toHaveText('1 day after programming · one gain per layer')
    await page.getByRole('button', { name: 'Undo change of settings' }).click()
    await expect(summary(page, 'Device')).toHaveText(/weight-referred/)
    await page.getByRole('button', { name: 'Redo change of settings' }).click()
    await expect(acting(page)).toHaveCount(6)
    await look('presets-effects')
  })

  await test.step('Cells and slices', async () => {
    const cells = section(page, 'Cells')
    await cells.getByLabel('Cell', { exact: true }).selectOption('Offset (one cell)')
    await expect(cells.getByText('Reference', { exact: true })).toBeVisible()
    await expect(cells.getByText('Pair', { exact: true })).toHaveCount(0)
    await cells.getByLabel('Cell', { exact: true }).selectOption('Differential pair')
    await cells.getByRole('radio', { name: 'Centred' }).check({ force: true })
    await expect(summary(page, 'Cells')).toHaveText('centred pairs · subtracted, then digitised')
    const slices = await opened(page, 'Weight bits and slices')
    await expect(slices.getByLabel('Bits per cell', { exact: true })).toBeDisabled()
    await expect(slices.getByText('Continuous weights have no bits to cut into slices.')).toBeVisible()
    await slices.getByLabel('Weight bits', { exact: true }).selectOption('5 bits, 32 levels')
    await fill(page, 'Bits per cell', 2)
    await expect(summary(page, 'Weight bits and slices')).toHaveText('5-bit weights · 2 slices of 2 bits')
  })

  await test.step('Converters: fields follow the kind of range', async () => {
    const dac = await opened(page, 'Input converters (DAC)')
    await dac.getByLabel('Input bits', { exact: true }).selectOption('6 bits, 64 levels')
    await expect(dac.getByLabel('Bits per read', { exact: true })).toHaveCount(0)
    await dac.getByRole('radio', { name: 'Bit-serial' }).check({ force: true })
    await expect(dac.getByLabel('Bits per read', { exact: true })).toHaveValue('1')
    await dac.getByRole('radio', { name: 'Analog' }).check({ force: true })
    const adc = await opened(page, 'Output converters (ADC)')
    await adc.getByLabel('Range', { exact: true }).selectOption('Fixed')
    await expect(adc.getByLabel('Upper end', { exact: true })).toHaveValue('16')
    await expect(adc.getByText('A lower end of its own needs mid-rise codes.')).toBeVisible()
    await adc.getByLabel('Upper end of each slice', { exact: true }).fill('4')
    await adc.getByLabel('Upper end of each slice', { exact: true }).press('Tab')
    await expect(adc.getByRole('alert')).toContainText('Found 1 upper ends for 2 slices.')
    await expect(problems(page)).toContainText('1 error: runs cannot be started with this description.')
    await adc.getByLabel('Range', { exact: true }).selectOption('Calibrated')
    await expect(problems(page)).toHaveCount(0)
    await adc.getByLabel('Output bits', { exact: true }).selectOption('8 bits, 256 levels')
    await look('converters')
  })

  await test.step('Wires need arrays of a size: the problem stands beside the field, and no run starts', async () => {
    const array = section(page, 'Array')
    await array.getByRole('button', { name: 'Unlimited', exact: true }).click()
    await opened(page, 'Wires')
    await fill(page, 'Row wire, per cell', 0.5)
    await fill(page, 'Column wire, per cell', 0.5)
    await expect(array.getByRole('alert').first()).toContainText('Wire resistance needs arrays of at most 1024 rows; found unlimited.')
    await expect(problems(page)).toContainText('2 errors: runs cannot be started with this description.')
    await look('wires-refused')
    await saved(page)
    await goTo(page, 'Simulate')
    // The sweep of the sample is over σ, which cells do not have.
    const parameter = page.getByLabel('Parameter', { exact: true })
    await expect(page.getByText(/only the weight-referred device has it\. Choose another parameter/)).toBeVisible()
    await parameter.selectOption('none')
    await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled()
    await page.getByRole('alert').filter({ hasText: 'found unlimited' }).getByRole('button', { name: 'Go to field' }).click()
    await expect(page).toHaveURL(/#\/hardware$/)
    await expect(page.getByLabel('Rows', { exact: true })).toBeFocused()
    await page.getByRole('button', { name: '64×64', exact: true }).click()
    await expect(problems(page)).toHaveCount(0)
    const gated = section(page, 'Wires').getByRole('switch', { name: 'Gated rows' })
    await gated.click()
    await expect(section(page, 'Wires').getByRole('alert')).toContainText('no single matrix describes the array')
    await gated.click()
    await expect(problems(page)).toHaveCount(0)
  })

  await test.step('One layer for itself, one digital, and back', async () => {
    await page.getByRole('tab', { name: 'Layers' }).click()
    const rows = layers(page).locator('tbody tr')
    await expect(rows.first()).toContainText(/\d\s%/)
    const [, second = '', third = ''] = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-key') ?? ''))
    await rows.nth(1).click()
    await expect(page.getByLabel('Settings of', { exact: true })).toHaveValue(second)
    await page.getByRole('button', { name: 'Override Array for this layer' }).click()
    await page.getByRole('button', { name: 'Override Output converters (ADC) for this layer' }).click()
    await expect(page.getByLabel('Rows', { exact: true })).toHaveValue('64')
    await page.getByRole('button', { name: '128×128', exact: true }).click()
    await section(page, 'Output converters (ADC)').getByLabel('Output bits', { exact: true }).selectOption('6 bits, 64 levels')
    await expect(layers(page).getByRole('row', { name: new RegExp(`array, adc`) })).toHaveAttribute('data-key', second)
    await page.getByRole('switch', { name: `${third} is analog` }).click()
    await expect(rows.nth(2)).toContainText('digital')
    await look('layer')
    await page.getByRole('button', { name: 'Array: follow all layers again' }).click()
    await expect(layers(page).getByRole('row', { name: /array, adc/ })).toHaveCount(0)
    await page.getByRole('button', { name: 'Back to the settings of all layers' }).click()
    await expect(page.getByLabel('Rows', { exact: true })).toHaveValue('64')

    const ends = page.getByRole('switch', { name: 'First and last layer digital' })
    await ends.click()
    await expect(rows.first()).toContainText('digital')
    await expect(rows.last()).toContainText('digital')
    // The first is taken back alone.
    await rows.first().getByRole('switch').click()
    await expect(rows.first()).not.toContainText('digital')
    await expect(rows.last()).toContainText('digital')
    await expect(ends).not.toBeChecked()
    await page.getByRole('tab', { name: 'Arrays' }).click()
    await expect(page.getByText(/Each tile × 2 slices × pairs\./)).toBeVisible()
    await look('arrays')
    await page.getByRole('tab', { name: 'Cost' }).click()
    await expect(page.getByRole('radiogroup', { name: 'View of the estimate' })).toBeVisible()
    await look('cost')
  })

  await test.step('Effects: one off, all off, all on', async () => {
    await page.getByRole('tab', { name: 'Effects' }).click()
    const effects = page.getByTestId('effects')
    const drift = effects.getByRole('switch', { name: 'Drift', exact: true })
    await drift.click()
    await expect(effects.locator('[data-field="hardware.effects.drift"]')).toContainText('Off. When on: Inference 1 day after programming.')
    await expect(effects).toContainText('there is no drift to compensate')
    await page.getByRole('button', { name: 'All off' }).click()
    await expect(page.getByText('Nothing acts: every chip instance computes what the digital network computes.')).toBeVisible()
    await page.getByRole('button', { name: 'All on' }).click()
    await drift.click()
    await expect(acting(page)).toHaveCount(6)
    await expect(effects).toContainText('Row wires 0.5 Ω')
    await effects.getByRole('button', { name: 'Settings of Wire resistance' }).click()
    await expect(page.getByLabel('Row wire, per cell', { exact: true })).toBeInViewport()
  })

  await test.step('A run with it', async () => {
    await saved(page)
    await goTo(page, 'Simulate')
    const parameter = page.getByLabel('Parameter', { exact: true })
    await expect(parameter.locator('option[value="sigma"]')).toBeDisabled()
    await expect(parameter.locator('option[value="sigma"]')).toContainText('only the weight-referred device has it')
    await parameter.selectOption('adc-bits')
    await page.getByRole('radio', { name: 'List' }).check({ force: true })
    await fill(page, 'List', '2, 8')
    await fill(page, 'Chip instances', 2)
    await fill(page, 'Images', 100)
    await saved(page)
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expectStatus(page, 'finished')
    await expect(points(page)).toHaveCount(2)
    const [coarse = 1, fine = 0] = (await points(page).locator('td:nth-child(3)').allTextContents()).map(Number.parseFloat)
    // With 2 bits of 16 levels hardly anything of a partial sum is left; with 8 the network works on this hardware.
    expect(fine).toBeGreaterThan(coarse)
    expect(fine).toBeGreaterThan(50)
    await look('simulated')
  })
})

test('settings of layers that the network does not have are shown, and can be removed', async ({ page, host }) => {
  await openSample(page, host)
  await goTo(page, 'Hardware')
  const description = { name: 'From elsewhere', layers: { '/gone/Conv': { digital: true }, '/gone.too/Gemm': { array: { rows: 8, columns: 8 } } } }
  await page.getByTestId('hardware-file').setInputFiles({ name: 'elsewhere.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(description)) })
  await expect(page.getByLabel('Name of this hardware')).toHaveValue('From elsewhere')
  await page.getByRole('tab', { name: 'Layers' }).click()
  const strangers = page.getByRole('region', { name: 'Layers that the network does not have' })
  await expect(strangers.getByRole('listitem')).toHaveCount(2)
  await expect(strangers).toContainText('own: array')
  await strangers.getByRole('listitem').filter({ hasText: '/gone/Conv' }).getByRole('button', { name: 'Remove' }).click()
  await strangers.getByRole('button', { name: 'Remove' }).click()
  await expect(strangers).toHaveCount(0)

  await page.getByTestId('hardware-file').setInputFiles({ name: 'wrong.json', mimeType: 'application/json', buffer: Buffer.from('{"adc": {"outputBits": 1}}') })
  await expect(page.getByRole('alert').filter({ hasText: 'wrong.json.adc.outputBits' })).toContainText('Use 0 (ideal) or 2 to 16 bits.')
  await expect(page.getByLabel('Name of this hardware')).toHaveValue('From elsewhere')
})
