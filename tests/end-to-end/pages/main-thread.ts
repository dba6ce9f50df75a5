/** How long the main thread of a page is held up, as Chromium traces it. */
import type { Page } from '@playwright/test'
import { expect } from '../fixtures'

interface TraceEvent {
  name: string
  pid: number
  tid: number
  /** Microseconds: elapsed, and of the processor. */
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/**
 * The longest task on the main thread of any page while `action` runs, in milliseconds of the processor. Elapsed time is that of the machine's other
 * work as well: on a shared one it says little.
 */
export async function longestTask(page: Page, action: () => Promise<void>): Promise<number> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('No browser to trace')
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] })
  await action()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const thread = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`
  const main = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(thread))
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && main.has(thread(event))).map(({ tdur = 0 }) => tdur / 1000)
  expect(tasks.length, 'tasks in the trace').toBeGreaterThan(0)
  return Math.max(...tasks)
}
