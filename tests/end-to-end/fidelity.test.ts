/** A network without classes (a small U-Net) from import to report: its figure is the fidelity of the output, in decibels. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { zipSync } from 'fflate'
import { expect, test } from './fixtures'
import { portrait } from './pages/portrait'
import { expectStatus, simulate } from './pages/runs'
import { fill, goTo, openSample, patience, saved } from './pages/studio'

test.setTimeout(120_000)

// The preview of a report is a frame without scripts; see flow.test.ts.
test.use({ expectedErrors: /Blocked script execution in 'about:srcdoc'/ })

const images = 40

/** An NPY file, format version 1.0. */
function npy(descr: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`
  const head = Buffer.from(`${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`, 'latin1')
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([head.length & 255, head.length >> 8]), head, data])
}

/** Images of 16 × 16 pixels with stripes; labels of more classes than the network has outputs for. */
function data(): Buffer {
  const pixels = Uint8Array.from({ length: images * 256 }, (_, i) => ((i % 16) * 16 + (i >> 8) * 37) % 256)
  const labels = Uint8Array.from({ length: images }, (_, i) => i % 7)
  return Buffer.from(zipSync({ 'x.npy': npy('|u1', [images, 16, 16], pixels), 'y.npy': npy('|u1', [images], labels) }))
}

async function send(page: Page, name: string, buffer: Buffer): Promise<void> {
  const dialog = page.getByRole('dialog')
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), dialog.getByRole('button', { name: 'From this computer…' }).click()])
  await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer })
  await expect(dialog).toBeHidden(patience)
}

test('a network without classes is simulated and fine-tuned for its fidelity', async ({ page, host }, info) => {
  await openSample(page, host)
  await page.getByRole('button', { name: 'Replace…' }).click()
  await send(page, 'u-net.onnx', await readFile(join(import.meta.dirname, '../fixtures/networks/u-net.onnx')))
  await expect(page.getByRole('heading', { name: 'u-net.onnx', exact: true })).toBeVisible(patience)
  await goTo(page, 'Data')
  await page.getByRole('button', { name: 'Replace…' }).click()
  await page.getByRole('menuitem', { name: /file/i }).click()
  await send(page, 'stripes.npz', data())
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toContainText('stripes', patience)

  await simulate(page, { sigmas: [0, 0.02, 0.1], chipInstances: 4, images: 20, name: 'U-Net' })
  await expectStatus(page, 'finished')
  const points = page.getByRole('table', { name: /points|fidelity/i }).locator('tbody tr')
  await expect(points).toHaveCount(3)
  await expect(points.first()).toContainText('exact')
  const decibels = await points.nth(1).textContent()
  expect(decibels).toMatch(/\d\s*dB/)
  await portrait(page, info, 'simulate')

  await page.getByRole('button', { name: 'Open in Results' }).click()
  await expect(page.getByRole('main').getByText(/dB/).first()).toBeVisible()
  await portrait(page, info, 'results')
  await page.getByRole('tab', { name: 'Chip instances' }).click()
  await expect(page.getByRole('heading', { name: 'Fidelity of each chip instance' })).toBeVisible()
  await portrait(page, info, 'chip-instances')

  // A second run beside it, compared as runs with accuracy are.
  await simulate(page, { sigmas: [0.02, 0.05, 0.1], chipInstances: 3, images: 10, name: 'Fewer images' })
  await expectStatus(page, 'finished')
  await goTo(page, 'Results')
  await page.getByRole('row', { name: /U-Net/ }).click()
  await page.getByRole('row', { name: /Fewer images/ }).click({ modifiers: ['Control'] })
  await expect(page.getByRole('heading', { name: 'Comparison of 2 runs' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Fidelity', exact: true })).toBeVisible()
  await expect(page.getByText('Not drawn')).toBeHidden()
  await portrait(page, info, 'comparison')
  await goTo(page, 'Report')
  await expect(page.frameLocator('iframe').getByText(/fidelity/i).first()).toBeVisible(patience)
  await portrait(page, info, 'report')

  await goTo(page, 'Fine-tune')
  await expect(page.getByText('so it learns the output of the digital network')).toBeVisible()
  await fill(page, 'Epochs', 2)
  await fill(page, 'Test images', 10)
  await fill(page, 'Validation images', 5)
  await fill(page, 'Batch', 5)
  await saved(page)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expectStatus(page, 'finished')
  await expect(page.getByRole('row', { name: /Fidelity under noise/ })).toContainText('dB')
  await portrait(page, info, 'fine-tune')
  await page.getByRole('button', { name: 'Open in Results' }).click()
  await page.getByRole('tab', { name: 'Chip instances' }).click()
  await expect(page.getByRole('heading', { name: 'Fidelity of each chip instance' })).toBeVisible()

  // What is for classifiers says what works instead.
  await goTo(page, 'Simulate')
  await page.getByRole('radio', { name: 'Attribution' }).check({ force: true })
  await fill(page, 'Images', 10)
  await saved(page)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: /simulated and fine-tuned/ }).first()).toBeVisible(patience)
})
