/** Reads a model file from disk, with problems for what people point at by mistake. */
import { readFileSync, statSync } from 'node:fs'
import { fail, ProblemError } from '@shared/problems'

/** Protobuf messages end at 2 GiB; larger networks keep their weights in external files. */
const largestModelBytes = 2 ** 31 - 1

/** Problems FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE. */
export function readModelFile(file: string): Uint8Array {
  try {
    const status = statSync(file)
    if (!status.isFile()) fail('FILE_UNREADABLE', file, 'This is a folder; an ONNX file was expected.', 'Choose the .onnx file itself.')
    if (status.size > largestModelBytes) fail('FILE_TOO_LARGE', file, `The file has ${status.size} bytes; an ONNX file has at most 2 GiB.`)
    return readFileSync(file)
  } catch (thrown) {
    if (thrown instanceof ProblemError) throw thrown
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') fail('FILE_NOT_FOUND', file, 'There is no such file.')
    if (typeof code === 'string') fail('FILE_UNREADABLE', file, `The file cannot be read (${code}).`)
    throw thrown
  }
}
