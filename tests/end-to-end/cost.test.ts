/** The cost estimate as a person reads and corrects it: what is missing, a figure entered, undone; what scales add. */
import { expect, test } from './fixtures'
import { fill, goTo, openSample, patience, saved } from './pages/studio'

test('a missing figure is entered, changes the estimate, and can go back', async ({ page, host }) => {
  await openSample(page, host)
  await goTo(page, 'Hardware')
  await page.getByTestId('hardware-file').setInputFiles({
    name: 'chip.json', mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ name: 'Chip', device: { kind: 'hermes', devices: 2 }, array: { rows: 128, columns: 64 }, dac: { inputBits: 8, streaming: 'bit-serial' }, adc: { outputBits: 8 } }))
  })
  await page.getByRole('tab', { name: 'Cost' }).click()
  const energy = page.locator('.totals dd').first()
  await expect(energy).toContainText('≥', patience)

  await page.getByRole('button', { name: 'Enter V', exact: true }).click()
  await expect(page.getByLabel('Read voltage, V')).toBeFocused()
  await fill(page, 'Read voltage, V', 0.2)
  await expect(energy).not.toContainText('≥')
  await fill(page, 'Source of Read voltage', 'measured on a wafer')
  await saved(page)

  await page.getByRole('button', { name: 'Reset Read voltage' }).click()
  await expect(energy).toContainText('≥')

  await page.getByRole('radio', { name: 'Scales, HA-SGD' }).check({ force: true })
  await expect(page.getByText('to each image no multiplication, no addition and no conversion')).toBeVisible()
  await expect(page.getByRole('row', { name: /Two per layer \(bi-scale\) yours/ })).toBeVisible()
  await page.getByRole('radio', { name: 'Components' }).check({ force: true })
  await page.getByRole('button', { name: 'Show as table' }).click()
  await expect(page.getByRole('row', { name: /^ADC [\d.]+/ })).toBeVisible()
})
