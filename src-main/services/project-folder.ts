/** Where things lie in a project folder. */
import { join } from 'node:path'

export interface ProjectFolder {
  path: string
  projectFile: string
  models: string
  datasets: string
  /** Devices of the user, one file each. */
  devices: string
  runs: string
}

export const projectFolder = (path: string): ProjectFolder => ({
  path,
  projectFile: join(path, 'project.json'),
  models: join(path, 'models'),
  datasets: join(path, 'datasets'),
  devices: join(path, 'devices'),
  runs: join(path, 'runs')
})

/** Beside an imported network: its file as it came. */
export const sourceFileName = 'source.onnx'

/** Written beside an imported network or data set: its report. */
export const importFileName = 'import.json'

/** Folders of imports and runs that are still being made begin with this; left over after a crash, they are removed. */
export const unfinishedPrefix = '.unfinished-'
