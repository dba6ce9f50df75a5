/** Writing what a fine-tuning made to where the person wants it. */
import { copyFile, readFile, rename, rm, stat } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import type { RequestInput } from '@shared/api'
import { fail } from '@shared/problems'
import { failForFile } from '../../services/storage'
import type { Workplace } from './workplace'
import type { ExportedNetwork } from './results'

/** What `inspect` says of files that are not ONNX models at all. */
const notOnnx = ['MODEL_NOT_ONNX', 'MODEL_TRUNCATED', 'MODEL_INVALID', 'FILE_UNREADABLE', 'FILE_TOO_LARGE', 'FILE_NOT_FOUND']

/** Raises ARGUMENT_INVALID when the export would overwrite the original network or something that is not a network. */
export async function checkTarget(place: Pick<Workplace, 'services'>, target: string, model: string): Promise<void> {
  const path = resolve(target)
  const folder = await stat(dirname(path)).catch((thrown: unknown) => failForFile(thrown, dirname(target)))
  if (!folder.isDirectory()) fail('ARGUMENT_INVALID', '--export', `"${dirname(target)}" is not a folder.`)
  const existing = await stat(path).catch(() => null)
  if (existing === null) return
  if (!existing.isFile()) fail('ARGUMENT_INVALID', '--export', `"${target}" exists and is not a file.`, 'Choose another name.')
  const original = await stat(model).catch(() => null)
  if (original !== null && original.dev === existing.dev && original.ino === existing.ino) {
    fail('ARGUMENT_INVALID', '--export', 'It would overwrite the network that is fine-tuned.', 'Choose another name.')
  }
  const answer = await place.services.inspect(path)
  if (!answer.ok && notOnnx.includes(answer.problem.code)) {
    fail('ARGUMENT_INVALID', '--export', `"${target}" exists and is not an ONNX model; it was left as it is.`, 'Choose another name, or remove the file.')
  }
}

/** Copies the network of a finished fine-tuning to `target`: whole or not at all. */
export async function exportNetwork(place: Pick<Workplace, 'services' | 'request'>, runId: string, target: string): Promise<ExportedNetwork> {
  const bytes = await copyPrepared(place, { what: 'network', runId }, target)
  return { file: target, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength }
}

/** The same with the hardware on which the figures after were measured. */
export const exportHardware = async (place: Pick<Workplace, 'services' | 'request'>, runId: string, target: string): Promise<void> =>
  void (await copyPrepared(place, { what: 'hardware', runId }, target))

async function copyPrepared(place: Pick<Workplace, 'services' | 'request'>, wanted: RequestInput<'export.prepare'>, target: string): Promise<Buffer> {
  const prepared = await place.request('export.prepare', wanted)
  const file = place.services.preparedFile(prepared.downloadId)
  if (file === null) throw new Error('The prepared file is gone.')
  const path = resolve(target)
  const partial = `${path}.${process.pid}.partial`
  try {
    await copyFile(file.path, partial)
    await rename(partial, path)
  } catch (thrown) {
    await rm(partial, { force: true })
    failForFile(thrown, target)
  }
  return readFile(path)
}
