/** What lies beside a mutated model: a file with weights, and what a location should not lead to. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Contents of `weights.bin`. */
export const besideWeights = Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i + 1) / 2)

/** Locations beside the model, good and bad; the bad ones look harmless by name. */
export const besideLocations = ['weights.bin', 'inner/weights.bin', './inner/../weights.bin', 'weights.bin/', 'link.bin', 'loop.bin', 'inner', 'pipe.bin', 'sparse.bin', 'upwards.bin', 'mutated.onnx']

/** Fills a folder. Where the system has no named pipes or links, those are left out. */
export function makeSurroundings(folder: string): void {
  mkdirSync(join(folder, 'inner'), { recursive: true })
  writeFileSync(join(folder, 'weights.bin'), besideWeights)
  writeFileSync(join(folder, 'inner', 'weights.bin'), besideWeights)
  writeFileSync(join(folder, 'sparse.bin'), '')
  // 1 TB without a block on disk.
  truncateSync(join(folder, 'sparse.bin'), 2 ** 40)
  if (process.platform === 'win32') return
  symlinkSync('/etc/passwd', join(folder, 'link.bin'))
  symlinkSync('loop.bin', join(folder, 'loop.bin'))
  symlinkSync('..', join(folder, 'upwards.bin'))
  execFileSync('mkfifo', [join(folder, 'pipe.bin')])
}
