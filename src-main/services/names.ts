/** Names that become files and folders. Everything that reaches a path goes through here. */
import { fail, type ProblemCode } from '@shared/problems'

const longestName = 60
const windowsDeviceName = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i

/** A name that every operating system accepts as one file or folder; `fallback` when nothing usable is left. */
export function safeName(name: string, fallback: string): string {
  const cleaned = name
    .normalize('NFC')
    .replace(/[\p{C}<>:"/\\|?*]+/gu, '-')
    .replace(/\s+/g, ' ')
    .slice(0, longestName)
    .replace(/^[.\s-]+|[.\s-]+$/g, '')
  return cleaned === '' || windowsDeviceName.test(cleaned) ? fallback : cleaned
}

/** Folder of an imported thing: its name without the file ending, and the first eight digits of its SHA-256. */
export const hashedName = (name: string, sha256: string, fallback: string): string =>
  `${safeName(name.replace(/\.(onnx|npz|npy|gz|zip)$/i, ''), fallback).replaceAll(' ', '-')}-${sha256.slice(0, 8)}`

/** True for a name that can only mean a direct child of a folder. */
export const isChildName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name) && !/^[a-z]:/i.test(name)

/** A stored name that is about to be joined to a folder; one that would leave the folder is a problem. */
export function childName(name: string, code: ProblemCode, where: string): string {
  if (!isChildName(name)) fail(code, where, `“${name}” is not the name of one folder or file.`)
  return name
}
