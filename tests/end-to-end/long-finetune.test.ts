/**
 * A fine-tuning of some minutes with its live charts, watched for as long as it takes: how long the interface is ever without a frame, and whether memory grows. Too long for every day:
 *
 *     ACIM_FINETUNE_EPOCHS=60 npm run test:e2e -- long-finetune
 *
 * tunes the bundled sample; with ACIM_FINETUNE_PROJECT=FOLDER the network and data of that project, with all of its training images (`acim simulate … --out FOLDER` makes one).
 *
 * On a machine that does nothing else: a frame that another program delays counts as well. What does not depend on others is the processor time of the page's own tasks, which is
 * traced over the last epochs, when the charts have most to draw.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { CDPSession, Page } from '@playwright/test'
import { expect, openApp, test } from './fixtures'
import { portrait } from './pages/portrait'
import { expectStatus, percentDone, progress, runPatience } from './pages/runs'
import { fill, goTo, openSample, saved } from './pages/studio'

const epochs = Number(process.env['ACIM_FINETUNE_EPOCHS'] ?? 0)
const project = process.env['ACIM_FINETUNE_PROJECT']
/** Milliseconds without a frame that a person feels. */
const longestGap = 100
/** Of memory at the first epoch, by which it may have grown at the last one. */
const steady = 0.05
const minute = 60_000
/** Epochs at the end over which tasks are traced. */
const tracedEpochs = 5

test.skip(epochs === 0, 'takes minutes; set ACIM_FINETUNE_EPOCHS to the number of epochs')
test.setTimeout(90 * minute)
// Recording what the page does would be measured along with it.
test.use({ hostArguments: project === undefined ? [] : ['--project', project], trace: 'off' })

interface Watched {
  /** Frames by the whole milliseconds since the one before; of fixed size, for the heap is measured too. */
  gaps: number[]
  worst: number
  longTasks: number[]
}
const longestCounted = 1000

/** From now on the page notes the time between its frames, and tasks that hold its thread for 50 ms or more. */
const watchFrames = async (page: Page): Promise<void> =>
  await page.evaluate((longest) => {
    const watched: Watched = { gaps: Array<number>(longest + 1).fill(0), worst: 0, longTasks: [] }
    Object.assign(window, { watched })
    let before = performance.now()
    const frame = (now: number): void => {
      const gap = now - before
      watched.gaps[Math.min(longest, Math.floor(gap))]!++
      watched.worst = Math.max(watched.worst, gap)
      before = now
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    new PerformanceObserver((list) => watched.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
  }, longestCounted)
const watched = async (page: Page): Promise<Watched> => await page.evaluate(() => (window as unknown as { watched: Watched }).watched)

/** Bytes of the page's heap after a collection. */
async function heap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  return (await session.send('Runtime.getHeapUsage')).usedSize
}

/** Resident bytes of the process's children: the engine. Linux only; 0 elsewhere. */
function engineBytes(parent: number): number {
  if (process.platform !== 'linux') return 0
  const status = (id: string): string => {
    try {
      return readFileSync(`/proc/${id}/status`, 'utf8')
    } catch {
      return ''
    }
  }
  const children = readdirSync('/proc').filter((id) => /^\d+$/.test(id)).map(status).filter((text) => new RegExp(`^PPid:\\s+${parent}$`, 'm').test(text))
  return children.reduce((sum, text) => sum + Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024, 0)
}

interface TraceEvent { name: string; ph: string; pid: number; tid: number; tdur?: number; args: { name?: string } }

/** Processor time of the longest task of a page's main thread, in milliseconds. */
function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] }
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`
  const main = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf))
  const tasks = traceEvents.filter((event) => event.ph === 'X' && event.tdur !== undefined && main.has(threadOf(event)))
  if (tasks.length === 0) throw new Error('The trace has no tasks of the page')
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur / 1000), 0)
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
/** Whole milliseconds within which the share q of the counted frames came. */
function within(counts: readonly number[], q: number): number {
  const all = total(counts)
  let seen = 0
  return counts.findIndex((count) => (seen += count) >= q * all) + 1
}
const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

test('the interface draws frames and memory is steady from the first epoch to the last', async ({ page, host, browser }, info) => {
  if (project === undefined) await openSample(page, host)
  else await openApp(page, host)
  await goTo(page, 'Fine-tune')
  const small = [['Training images', 2000], ['Validation images', 200], ['Validation instances', 2], ['Test images', 200], ['Test instances', 2]] as const
  for (const [label, value] of [['Epochs', epochs] as const, ...(project === undefined ? small : [])]) await fill(page, label, value)
  await saved(page)
  const session = await page.context().newCDPSession(page)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  const chart = page.getByRole('figure', { name: 'Training', exact: true })
  await expect(chart).toBeVisible(runPatience)
  // Where there is no bar the run is over, or has not begun.
  await expect(progress(page)).toBeVisible(runPatience)
  /** Until so many epochs are done: by the bar, which reaches its end after them. */
  const done = async (epoch: number): Promise<void> => {
    const poll = { timeout: 60 * minute, intervals: [250] }
    await expect.poll(async () => ((await progress(page).count()) === 0 ? 100 : await percentDone(page)), poll).toBeGreaterThanOrEqual(Math.floor((99 * epoch) / epochs))
  }
  await done(1)
  const first = { heap: await heap(session), engine: engineBytes(host.processId) }
  await watchFrames(page)
  const began = Date.now()
  await done(Math.max(2, epochs - tracedEpochs))
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] })
  await done(epochs)
  const task = longestTask(await browser.stopTracing())
  const { gaps, worst, longTasks } = await watched(page)
  const last = { heap: await heap(session), engine: engineBytes(host.processId) }
  const seconds = (Date.now() - began) / 1000
  await portrait(page, info, 'last-epoch')
  await expectStatus(page, 'finished')

  const told = [
    `${epochs} epochs, watched for ${seconds.toFixed(0)} s: ${total(gaps)} frames`,
    `time between frames: half within ${within(gaps, 0.5)} ms, 99.9 % within ${within(gaps, 0.999)} ms, worst ${worst.toFixed(1)} ms, ${total(gaps.slice(longestGap))} of ${longestGap} ms or more`,
    `tasks of the page of 50 ms or more: ${longTasks.length}${longTasks.length === 0 ? '' : `, longest ${Math.max(...longTasks).toFixed(0)} ms`}`,
    `processor time of the longest task in the last ${tracedEpochs} epochs: ${task.toFixed(1)} ms`,
    `heap of the page: ${megabytes(first.heap)} at the first epoch, ${megabytes(last.heap)} at the last`,
    `engine, resident: ${megabytes(first.engine)} at the first epoch, ${megabytes(last.engine)} at the last`
  ].join('\n')
  console.log(told)
  await info.attach('measured', { body: told, contentType: 'text/plain' })
  expect(task).toBeLessThan(longestGap)
  expect(worst).toBeLessThan(longestGap)
  expect(last.heap).toBeLessThan(first.heap * (1 + steady))
  expect(last.engine).toBeLessThan(first.engine * (1 + steady))
})
