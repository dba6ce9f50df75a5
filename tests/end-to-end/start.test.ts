import { expect, openApp, test } from './fixtures'

const sampleButton = { name: /sample/i }

test('the interface opens without an error', async ({ page, host }) => {
  await openApp(page, host)
  await expect(page).toHaveTitle(/Analog CIM Studio/)
  await expect(page.getByRole('button', sampleButton).first()).toBeVisible()
})

test('the token leaves the address bar at once and stays with the tab', async ({ page, host }) => {
  await openApp(page, host)
  expect(page.url()).not.toContain('token')
  await page.reload()
  await expect(page.getByRole('button', sampleButton).first()).toBeVisible()
})

test.describe('with a wrong token', () => {
  // The browser logs by itself that the socket and the question after it were refused.
  test.use({ expectedErrors: /403|WebSocket/ })
  test('the page can do nothing and says what to do', async ({ page, host }) => {
    await page.goto(`${new URL(host.address).origin}/#token=${'wrong'.repeat(6)}`)
    await expect(page.getByText('open the address that it printed')).toBeVisible()
    const status = await page.evaluate(async () => (await fetch('/session', { headers: { 'x-acim-token': sessionStorage.getItem('acim.token') ?? '' } })).status)
    expect(status).toBe(403)
  })
})

test.describe('when the program goes away', () => {
  test.use({ expectedErrors: /WebSocket|ERR_CONNECTION_REFUSED/ })
  test('the page says so', async ({ page, host }) => {
    await openApp(page, host)
    await host.stop('SIGKILL')
    await expect(page.getByText('The connection to the program was lost')).toBeVisible()
  })
})

test('the host ends in order', async ({ page, host }) => {
  await openApp(page, host)
  const started = Date.now()
  await page.close()
  await host.stop()
  // Nothing runs: only the engine process has to be told, if it was started at all.
  expect(Date.now() - started).toBeLessThan(10_000)
  expect(host.log()).toContain('Stopping')
})

test('the page runs under a policy without eval and inline scripts', async ({ page, host }) => {
  const response = await page.goto(host.address)
  const policy = response?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toContain('unsafe-eval')
})
