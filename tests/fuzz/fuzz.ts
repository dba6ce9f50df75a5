/** Feeds mutated model files to engine processes and counts what happens. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutate } from './mutations'
import type { Seed } from './seeds'
import { makeSurroundings } from './surroundings'
import { WatchedEngine, type Limits } from './watched-engine'

/** Of one import; the memory is the whole process's. */
export const limits: Limits = { processorSeconds: 5, waitSeconds: 60, megabytes: 1024 }

/** Outcomes that are faults: INTERNAL is what the program says of an error that it did not foresee. */
const faults = new Set(['crash', 'hang', 'memory', 'INTERNAL'])

export interface FuzzOptions {
  engineFile: string
  seeds: readonly Seed[]
  seed: number
  first: number
  count: number
  processes: number
  /** Folder for the files that found a fault. */
  keep?: string | undefined
  onFault?: (fault: string) => void
}

export interface FuzzSummary {
  mutations: number
  seed: number
  /** How many ended as `imported` or in a problem, by code. */
  outcomes: Record<string, number>
  largestMegabytes: number
  longestSeconds: number
  faults: string[]
}

export async function fuzz(options: FuzzOptions): Promise<FuzzSummary> {
  const { seeds, seed, first, count, keep } = options
  const folder = mkdtempSync(join(tmpdir(), 'acim-fuzz-'))
  const counts = new Map<string, number>()
  const found: string[] = []
  let next = first
  let largestMegabytes = 0
  let longestSeconds = 0

  async function work(number: number): Promise<void> {
    const engine = new WatchedEngine(options.engineFile, limits)
    const place = join(folder, String(number))
    makeSurroundings(place)
    const file = join(place, 'mutated.onnx')
    try {
      while (next < first + count) {
        const index = next++
        const { name, bytes } = mutate(seeds, seed, index)
        writeFileSync(file, bytes)
        const { kind, message, megabytes, seconds } = await engine.inspect(file)
        counts.set(kind, (counts.get(kind) ?? 0) + 1)
        largestMegabytes = Math.max(largestMegabytes, megabytes)
        longestSeconds = Math.max(longestSeconds, seconds)
        if (!faults.has(kind)) continue
        const fault = `${kind} ${name}: ${message}`
        found.push(fault)
        options.onFault?.(fault)
        if (keep === undefined) continue
        mkdirSync(keep, { recursive: true })
        copyFileSync(file, join(keep, `${seed}-${index}-${kind}.onnx`))
      }
    } finally {
      await engine.end()
    }
  }

  try {
    await Promise.all(Array.from({ length: options.processes }, (_, number) => work(number)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { mutations: count, seed, outcomes: Object.fromEntries([...counts].sort()), largestMegabytes: Math.round(largestMegabytes), longestSeconds: Number(longestSeconds.toFixed(1)), faults: found }
}
