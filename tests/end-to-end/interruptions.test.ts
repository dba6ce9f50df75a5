/** Runs that are paused, cancelled, looked away from, or lose the engine or the whole program: none of them loses its work. */
import type { Page } from '@playwright/test'
import { expect, openApp, test } from './fixtures'
import { engineProcesses } from './pages/engine-process'
import { button, expectStatus, interruptible, long, percentDone, points, runPatience, shownRun, simulate, untilUnderWay } from './pages/runs'
import { alert, goTo, openSample, patience } from './pages/studio'

test.setTimeout(180_000)

/** Resumes on the screen that is shown, and sees the run to its end with all points and every chip instance. */
async function resumeToTheEnd(page: Page): Promise<void> {
  await button(page, 'Resume').click()
  await expectStatus(page, 'finished')
  if ((await page.getByRole('tab', { name: 'Numbers' }).count()) > 0) await page.getByRole('tab', { name: 'Numbers' }).click()
  await expect(points(page)).toHaveCount(interruptible.sigmas.length)
  const instances = await points(page).locator('td:nth-child(2)').allTextContents()
  expect(instances.map(Number)).toEqual(interruptible.sigmas.map(() => interruptible.chipInstances))
}

test('a run is paused and goes on, is cancelled and is resumed from Results', async ({ page, host }) => {
  await openSample(page, host)
  await simulate(page, { ...long, name: 'Stop and go' })
  await untilUnderWay(page)
  await button(page, 'Pause').click()
  await expectStatus(page, 'paused')
  // Chip instances that were under way are still counted.
  await page.waitForTimeout(2000)
  const paused = await percentDone(page)
  // Time in which a run that was not paused would move on.
  await page.waitForTimeout(2000)
  expect(await percentDone(page)).toBe(paused)
  await button(page, 'Resume').click()
  await expectStatus(page, 'running')
  await expect.poll(() => percentDone(page), runPatience).toBeGreaterThan(paused)
  await button(page, 'Cancel').click()
  await expectStatus(page, 'cancelled')
  await goTo(page, 'Results')
  await expect(shownRun(page)).toHaveText('Stop and go')
  await button(page, 'Resume').click()
  await expectStatus(page, 'running')
  // It goes on from where it was: what was done before counts at once.
  await expect.poll(() => percentDone(page), runPatience).toBeGreaterThan(paused)
  await button(page, 'Cancel').click()
  await expectStatus(page, 'cancelled')
})

test('a reload in the middle of a run comes back to the live run', async ({ page, host }) => {
  await openSample(page, host)
  await simulate(page, { ...long, name: 'Reloaded' })
  await untilUnderWay(page)
  await page.reload()
  await expect(shownRun(page)).toHaveText('Reloaded')
  await expectStatus(page, 'running')
  const at = await percentDone(page)
  await expect.poll(() => percentDone(page), runPatience).toBeGreaterThan(at)
  await button(page, 'Cancel').click()
  await expectStatus(page, 'cancelled')
})

test('the engine is killed in the middle of a run: the program says so, lives on and resumes', async ({ page, host }) => {
  test.skip(process.platform === 'win32', 'processes are found with ps')
  await openSample(page, host)
  await simulate(page, { ...interruptible, name: 'Engine lost' })
  await untilUnderWay(page)
  const engines = engineProcesses(host.processId)
  expect(engines).toHaveLength(1)
  for (const engine of engines) process.kill(engine, 'SIGKILL')
  await expect(alert(page, 'The engine process ended unexpectedly')).toBeVisible(patience)
  await expect(alert(page, 'resume the run to continue')).toBeVisible()
  // The host answers: another screen asks it for something.
  await goTo(page, 'Data')
  await expect(page.getByTestId('thumbnails').getByRole('listitem').first()).toBeVisible(patience)
  await goTo(page, 'Simulate')
  await resumeToTheEnd(page)
  expect(engineProcesses(host.processId).filter((engine) => engines.includes(engine))).toEqual([])
})

test.describe('with the connection lost on purpose', () => {
  // What the browser itself says about a server that has gone, and about the new one that does not know the old token.
  test.use({ expectedErrors: /WebSocket|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|403 \(Forbidden\).*\/session\)/ })

  test('the program is killed in the middle of a run: started again, it shows the run as interrupted and resumes it', async ({ page, host }) => {
    await openSample(page, host)
    await simulate(page, { ...interruptible, name: 'Program lost' })
    await untilUnderWay(page)
    await host.stop('SIGKILL')
    await expect(page.getByText('The connection to the program was lost')).toBeVisible()
    await host.start()
    // The page looks for the program by itself and learns that its token was the old program's.
    await expect(page.getByText('The program was started anew: open the address that it printed')).toBeVisible()
    // A new address has a new token; only its fragment differs, which alone loads nothing.
    await page.goto('about:blank')
    await openApp(page, host)
    await page.getByRole('button', { name: /^Sample/ }).first().click()
    await goTo(page, 'Results')
    await expect(page.getByRole('grid', { name: 'Runs' }).getByRole('row', { name: /Program lost/ })).toContainText('interrupted')
    await expect(shownRun(page)).toHaveText('Program lost')
    await resumeToTheEnd(page)
  })
})
