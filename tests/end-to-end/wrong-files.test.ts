/** Files that are not what they should be: the person reads what was found and what to do, and what was there stays. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, openApp, test } from './fixtures'
import { alert, goTo, openSample, patience } from './pages/studio'

const sampleNetwork = join(import.meta.dirname, '..', '..', 'resources', 'sample', 'glyphs.onnx')

/** Sends a file from "this computer" through the program's own file dialog, which is open. */
async function send(page: Page, name: string, buffer: Buffer): Promise<void> {
  const dialog = page.getByRole('dialog')
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), dialog.getByRole('button', { name: 'From this computer…' }).click()])
  await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer })
  await expect(dialog).toBeHidden(patience)
}

test('a file that is no network, and one that is cut short, leave the network in use', async ({ page, host }) => {
  await openSample(page, host)
  const replace = page.getByRole('button', { name: 'Replace…' })
  await replace.click()
  await send(page, 'notes.onnx', Buffer.from('These are my notes.\nThey are no network.\n'))
  const note = page.getByRole('main').getByRole('alert')
  await expect(note).toContainText('Not an ONNX model', patience)
  await expect(note).toContainText('notes.onnx')
  await expect(note).toContainText('Export the network as ONNX')
  await note.getByRole('button', { name: 'Dismiss' }).click()
  await expect(note).toHaveCount(0)

  const whole = await readFile(sampleNetwork)
  await replace.click()
  await send(page, 'half.onnx', whole.subarray(0, Math.floor(whole.length / 2)))
  await expect(note).toContainText('Model file is cut short', patience)
  await expect(note).toContainText('Copy or download the file again')

  await expect(page.getByRole('heading', { name: 'glyphs.onnx', exact: true })).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Layers' }).getByText('Conv', { exact: true }).first()).toBeVisible()
  // What went wrong is in the list too.
  await page.getByRole('contentinfo').getByRole('button', { name: /problem/ }).click()
  await expect(page.getByRole('list', { name: 'Problems' }).getByRole('listitem')).toHaveCount(2)
})

test('a text as data leaves the data in use', async ({ page, host }) => {
  await openSample(page, host)
  await goTo(page, 'Data')
  const title = await page.getByRole('main').getByRole('heading', { level: 1 }).textContent()
  await page.getByRole('button', { name: 'Replace…' }).click()
  await page.getByRole('menuitem', { name: /file/i }).click()
  await send(page, 'labels.txt', Buffer.from('cat\ndog\n'))
  await expect(alert(page, 'Data format not recognised')).toContainText('Use IDX, CIFAR binary, NPY, NPZ', patience)
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveText(title ?? '')
  await expect(page.getByTestId('thumbnails').getByRole('listitem').first()).toBeVisible(patience)
})

test('a wrong file dropped on the start page is said there, and the next one works', async ({ page, host }) => {
  await openApp(page, host)
  const drop = async (name: string, bytes: Buffer): Promise<void> => {
    const transfer = await page.evaluateHandle(
      ([fileName, base64]) => {
        const data = new DataTransfer()
        data.items.add(new File([Uint8Array.from(atob(base64 ?? ''), (character) => character.charCodeAt(0))], fileName ?? ''))
        return data
      },
      [name, bytes.toString('base64')]
    )
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
  }
  await drop('notes.onnx', Buffer.from('These are my notes.'))
  await expect(page.getByText('Not an ONNX model').first()).toBeVisible(patience)
  await drop('glyphs.onnx', await readFile(sampleNetwork))
  await expect(page.getByTestId('network-graph')).toHaveAttribute('data-ready', 'true', patience)
})
