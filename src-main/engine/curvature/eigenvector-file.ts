/** Eigenvectors that a run has found, kept until it ends: the next eigenvalue is orthogonal to them. Floats of one parameter after the other. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CurvatureNetwork } from '@shared/curvature'
import { fail } from '@shared/problems'
import type { Vector } from './vectors'

const nameOf = (network: CurvatureNetwork, index: number): string => `eigenvector-${network}-${index}.f32`

export async function writeEigenvector(runFolder: string, network: CurvatureNetwork, index: number, vector: Vector): Promise<void> {
  const file = join(runFolder, nameOf(network, index))
  await writeFile(`${file}.part`, Buffer.concat(vector.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength))))
  await rename(`${file}.part`, file)
}

/** Fills `vector`. Problem: RUN_INVALID when the file is missing or of another length. */
export async function readEigenvector(runFolder: string, network: CurvatureNetwork, index: number, vector: Vector): Promise<void> {
  const name = nameOf(network, index)
  const bytes = await readFile(join(runFolder, name)).catch(() => null)
  const wanted = vector.reduce((sum, { byteLength }) => sum + byteLength, 0)
  if (bytes?.length !== wanted) fail('RUN_INVALID', name, `The file has ${bytes?.length ?? 'no'} bytes; expected ${wanted}.`, 'Run again.')
  let at = 0
  for (const array of vector) {
    bytes.copy(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 0, at)
    at += array.byteLength
  }
}

export async function removeEigenvectors(runFolder: string, network: CurvatureNetwork, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await rm(join(runFolder, nameOf(network, index)), { force: true })
}
