/** Class names that lie beside data whose format holds none. */
import { join } from 'node:path'
import { fail } from '@shared/problems'
import { fileBytes, readWhole } from './files'

/** One class name per line, in the order of the labels. */
export const classNamesFile = 'class-names.txt'

const maximumBytes = 2 ** 20

/** Lines of a text file without blank ones; trailing white space is not part of a name. */
export async function readNames(path: string): Promise<string[]> {
  if ((await fileBytes(path)) > maximumBytes) fail('FILE_TOO_LARGE', path, `A list of class names has at most ${maximumBytes} bytes.`)
  const text = new TextDecoder().decode(await readWhole(path))
  return text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '')
}

/** The names in `class-names.txt` of `folder`, or null where `present` does not list it. */
export async function readClassNames(folder: string, present: readonly string[]): Promise<string[] | null> {
  return present.includes(classNamesFile) ? readNames(join(folder, classNamesFile)) : null
}
