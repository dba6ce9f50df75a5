import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants, getPriority } from 'node:os'
import { afterEach, expect, it } from 'vitest'
import { lowerPriority } from './process-priority'

const started: (() => void)[] = []
afterEach(() => {
  for (const stop of started.splice(0)) stop()
})

it('puts a process, and the session it leads, behind others', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: process.platform !== 'win32' })
  started.push(() => child.kill('SIGKILL'))
  const own = getPriority()
  lowerPriority(child.pid)
  expect(getPriority(child.pid)).toBe(Math.max(own, constants.priority.PRIORITY_BELOW_NORMAL))
  expect(getPriority()).toBe(own)
  // Kernels without groups of sessions have no such file. One of several changes at the same time is refused, to anyone but root.
  if (groupOf(child.pid) === null) return
  await expect
    .poll(() => {
      lowerPriority(child.pid)
      return groupOf(child.pid)
    })
    .toMatch(new RegExp(`nice ${constants.priority.PRIORITY_BELOW_NORMAL}\\n?$`))
})

it('leaves a process that is not there, or no longer there, in peace', async () => {
  lowerPriority(undefined)
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))
  lowerPriority(child.pid)
})

function groupOf(id: number | undefined): string | null {
  try {
    return readFileSync(`/proc/${id}/autogroup`, 'utf8')
  } catch {
    return null
  }
}
