/** The choice of execution provider and memory: kept for the machine, tried, and told where it cannot be used. */
import { expect, openApp, test } from './fixtures'

const dialog = { name: 'Computation' }

test.describe('with a choice', () => {
  test('a limit of memory is kept over a restart', async ({ page, host }) => {
    await openApp(page, host)
    await page.getByRole('button', { name: 'Computation' }).click()
    const open = page.getByRole('dialog', dialog)
    await expect(open.getByRole('combobox', { name: 'Execution provider' })).toHaveValue('cpu')
    await open.getByText('Own limit', { exact: true }).click()
    await open.getByRole('spinbutton', { name: 'Own limit of memory' }).fill('1234')
    await open.getByRole('spinbutton', { name: 'Own limit of memory' }).press('Tab')
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      await page.screenshot({ path: test.info().outputPath(`computation-${theme}.png`), animations: 'disabled' })
    }
    await open.getByRole('button', { name: 'Save' }).click()
    await expect(open).toBeHidden()
    // The page would go on asking a host that has gone.
    await page.goto('about:blank')
    await host.stop()
    await host.start()
    await openApp(page, host)
    await page.getByRole('button', { name: 'Computation' }).click()
    await expect(open.getByRole('spinbutton', { name: 'Own limit of memory' })).toHaveValue(/1.?234/)
  })
})

test.describe('from the command line', () => {
  // Core ML and DirectML exist on two systems that are never the same one: here at least one of all cannot be used.
  const missing = process.platform === 'darwin' ? 'directml' : 'coreml'
  test.use({ hostArguments: ['--memory', '900', '--provider', missing] })

  test('memory and provider cannot be changed', async ({ page, host }) => {
    await openApp(page, host)
    await page.getByRole('button', { name: 'Computation' }).click()
    const open = page.getByRole('dialog', dialog)
    await expect(open.getByRole('combobox', { name: 'Execution provider' })).toBeDisabled()
    await expect(open.getByRole('spinbutton', { name: 'Own limit of memory' })).toBeDisabled()
    await expect(open).toContainText('Set by --memory on the command line.')
    await open.getByRole('button', { name: 'Save' }).click()
    await expect(open.getByRole('alert')).toContainText('Execution provider cannot be used')
    await page.screenshot({ path: test.info().outputPath('refused.png') })
  })
})
