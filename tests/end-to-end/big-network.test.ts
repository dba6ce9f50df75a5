/** A network of a thousand nodes: the interface stays alive while it is laid out, blocks fold, find opens them, files come out. */
import type { Page } from '@playwright/test'
import { expect, openApp, test } from './fixtures'
import { bigNetwork } from './pages/big-network'
import { longestTask } from './pages/main-thread'
import { portrait } from './pages/portrait'
import { download, fromMenu, patience } from './pages/studio'

test.setTimeout(240_000)

/** A shared machine imports a thousand nodes, and lays them out, within this time. */
const bigPatience = { timeout: 90_000 }
const graph = (page: Page) => page.getByTestId('network-graph')
const tool = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

test('a thousand nodes: collapsed first, opened, cancelled, found, exported', async ({ page, host }, info) => {
  await openApp(page, host)
  const bytes = bigNetwork()
  const transfer = await page.evaluateHandle((base64) => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], 'thousand.onnx'))
    return data
  }, Buffer.from(bytes).toString('base64'))
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
  await expect(graph(page)).toHaveAttribute('data-ready', 'true', bigPatience)
  const total = Number(/(\d+) nodes/.exec((await graph(page).getAttribute('aria-label')) ?? '')?.[1])
  expect(total).toBeGreaterThanOrEqual(1000)
  await expect(graph(page)).toHaveAttribute('data-drawn', /^\d{1,2}$/)
  await portrait(page, info, 'collapsed')

  await test.step('a block is looked into, opened and closed by keyboard', async () => {
    const collapsed = Number(await graph(page).getAttribute('data-drawn'))
    const details = page.getByTestId('block-details')
    await graph(page).focus()
    // Convolution, Relu, the first blocks.
    for (let k = 0; k < 3; k++) await page.keyboard.press('PageDown')
    await expect(details.getByRole('heading', { name: 'Block ×50' })).toBeVisible()
    await expect(details.getByText('Operators in each', { exact: true })).toBeVisible()
    await portrait(page, info, 'block')
    await page.keyboard.press('Enter')
    await expect.poll(async () => Number(await graph(page).getAttribute('data-drawn')), patience).toBeGreaterThan(collapsed)
    await expect(page.getByText('In Block 1 of 50')).toBeVisible()
    await portrait(page, info, 'one-block-open')
    await page.keyboard.press('Backspace')
    await expect(graph(page)).toHaveAttribute('data-drawn', String(collapsed), patience)
    await expect(details.getByRole('button', { name: 'Open all 50' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(details).toBeHidden()
    await page.keyboard.press('Control+f')
    await expect(page.getByLabel('Find a layer by name, operator or shape')).toBeFocused()
  })

  await page.evaluate(() => {
    const counters = { frames: 0 }
    Object.assign(window, { counters })
    const count = (): void => {
      counters.frames++
      requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
  })
  const framesSoFar = async () => await page.evaluate(() => (window as unknown as { counters: { frames: number } }).counters.frames)

  await test.step('cancel, and lay out again', async () => {
    // Within the page: the layout may be over before a click from outside arrives.
    await page.evaluate(async () => {
      const button = (label: string) => [...document.querySelectorAll('button')].find((candidate) => candidate.ariaLabel === label || candidate.textContent.trim() === label)
      button('Open all repeated blocks')?.click()
      for (let k = 0; k < 100 && !button('Cancel layout'); k++) await new Promise((resolve) => setTimeout(resolve))
      button('Cancel layout')?.click()
    })
    await expect(page.getByText('The layout was cancelled.')).toBeVisible()
    const longest = await longestTask(page, async () => {
      await tool(page, 'Lay out again').click()
      const before = await framesSoFar()
      const start = Date.now()
      // The layout is still going on when frames have been drawn, or it was faster than two of them.
      await expect(graph(page)).toHaveAttribute('data-drawn', /^\d{4}$/, bigPatience)
      const frames = (await framesSoFar()) - before
      expect(frames).toBeGreaterThan(0)
      info.annotations.push({ type: 'layout', description: `${Date.now() - start} ms, ${frames} frames` })
    })
    info.annotations.push({ type: 'longest task on the main thread', description: `${Math.round(longest)} ms of the processor` })
    await portrait(page, info, 'open')
    await tool(page, 'Fit the whole network').click()
    await portrait(page, info, 'fitted')
  })

  await test.step('files of the whole graph', async () => {
    const svg = await download(page, () => fromMenu(page, tool(page, 'Export graph'), 'Vector image (SVG)'))
    const parsed = await page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'image/svg+xml')
      return { root: document.documentElement.tagName, errors: document.querySelectorAll('parsererror').length, nodes: document.querySelectorAll('g > title').length }
    }, svg.text)
    // Every operator, the input and the output.
    expect(parsed).toEqual({ root: 'svg', errors: 0, nodes: total + 2 })
    const png = await download(page, () => fromMenu(page, tool(page, 'Export graph'), 'Image (PNG)'))
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG')
    expect(png.bytes.readUInt32BE(16)).toBeGreaterThan(1000)
  })

  await test.step('find opens the block of what it finds, and the table follows', async () => {
    await tool(page, 'Collapse repeated blocks').click()
    await expect(graph(page)).toHaveAttribute('data-drawn', /^\d{1,2}$/, bigPatience)
    const collapsed = Number(await graph(page).getAttribute('data-drawn'))
    const find = page.getByLabel('Find a layer by name, operator or shape')
    await find.fill('conv')
    await expect(page.getByText(new RegExp(`^\\d+ of ${total}$`))).toBeVisible()
    for (let k = 0; k < 4; k++) await find.press('Enter')
    await expect.poll(async () => Number(await graph(page).getAttribute('data-drawn')), patience).toBeGreaterThan(collapsed)
    const row = page.getByRole('grid', { name: 'Layers' }).locator('tr[aria-selected="true"]')
    const name = await row.getAttribute('data-key')
    await expect(page.getByTestId('layer-details').getByRole('heading', { name: name ?? '', exact: true })).toBeVisible()
    await tool(page, 'Previous match').click()
    await expect(row).not.toHaveAttribute('data-key', name ?? '')
    await portrait(page, info, 'found')
  })
})
