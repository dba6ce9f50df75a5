/** Folders that a person names. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fail } from '@shared/problems'
import { errorCode, failForFile } from './storage'

/**
 * Makes `path` and the folders above it that are missing, one by one: Node's recursive mkdir never returns on file
 * systems that take no new entries (/proc). Problem FILE_UNREADABLE says where it ended.
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = []
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null)
    if (found !== null && !found.isDirectory()) fail('FILE_UNREADABLE', path, `${folder} is a file; a folder was expected.`, 'Choose another folder.')
    if (found !== null || dirname(folder) === folder) break
    missing.push(folder)
  }
  for (const folder of missing.reverse()) {
    await mkdir(folder).catch((thrown: unknown) => {
      if (errorCode(thrown) === 'EEXIST') return
      if (errorCode(thrown) === 'ENOENT') fail('FILE_UNREADABLE', path, `${dirname(folder)} takes no new folders.`, 'Choose another folder.')
      failForFile(thrown, path)
    })
  }
}
