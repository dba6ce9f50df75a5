/** Which stored runs a path on the command line stands for. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fail } from '@shared/problems'
import { runKinds } from '@shared/run'
import { projectFolder } from '../project-folder'
import { failForFile } from '../storage'

const runFolderPattern = new RegExp(`^[0-9]{4,}-(${runKinds.join('|')})$`)

/** Run folders that `path` stands for: itself when it holds a run, all of its runs when it is a project. Raises RUN_NOT_FOUND. */
export async function runFoldersOf(path: string): Promise<string[]> {
  const folder = resolve(path)
  const exists = async (file: string): Promise<boolean> => (await stat(file).catch(() => null)) !== null
  if (basename(folder) === 'run.json') return [dirname(folder)]
  if (await exists(join(folder, 'run.json'))) return [folder]
  const { runs, projectFile } = projectFolder(folder)
  if (await exists(projectFile)) {
    const names = await readdir(runs).catch(() => [])
    const found = names.filter((name) => runFolderPattern.test(name)).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    if (found.length === 0) fail('RUN_NOT_FOUND', path, 'The project has no runs.', 'Simulate or fine-tune first.')
    return found.map((name) => join(runs, name))
  }
  await stat(folder).catch((thrown: unknown) => failForFile(thrown, path, 'RUN_NOT_FOUND'))
  fail('RUN_NOT_FOUND', path, 'There is no run.json and no project.json in it.')
}
