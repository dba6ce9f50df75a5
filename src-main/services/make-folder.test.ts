import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder } from './make-folder'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-folder-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('makeFolder', () => {
  it('makes what is missing, and nothing of what is there', async () => {
    await makeFolder(join(folder, 'a/b/c'))
    await makeFolder(join(folder, 'a/b/c'))
    expect((await stat(join(folder, 'a/b/c'))).isDirectory()).toBe(true)
  })
  it('says so when a file is in the way', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(makeFolder(join(folder, 'file/x'))).rejects.toMatchObject({ problem: { code: 'FILE_UNREADABLE', message: expect.stringContaining('is a file') as string } })
  })
  // Node's recursive mkdir spins here for ever.
  it.skipIf(!existsSync('/proc/self'))('ends on a file system that takes no new folders', async () => {
    await expect(makeFolder('/proc/no-such/x')).rejects.toMatchObject({ problem: { code: 'FILE_UNREADABLE' } })
  }, 5000)
})
