import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { channelStatistics } from './assemble'
import { openDataset, saveDataset } from './dataset-store'
import { problemOf, temporaryFolder } from './readers/test-files'
import { datasetOf } from './synthetic-dataset'

const files = temporaryFolder()
const bytes = datasetOf([2, 1, 2], Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]), [1, 0])
const floats = datasetOf([1, 1, 2], Float32Array.from([0.5, -1, 2, 3]), [0, 1], { classNames: ['a', 'b', 'c'] })

describe('data set store', () => {
  it('opens what was saved, in shared memory', async () => {
    for (const [name, dataset] of [['bytes', bytes], ['floats', floats]] as const) {
      const folder = files.path(`some/${name}`)
      await saveDataset(folder, dataset)
      const opened = await openDataset(folder)
      expect(opened.summary).toEqual(dataset.summary)
      expect([...opened.pixels]).toEqual([...dataset.pixels])
      expect([...opened.labels]).toEqual([...dataset.labels])
      expect(opened.pixels.constructor).toBe(dataset.pixels.constructor)
      expect(opened.pixels.buffer).toBeInstanceOf(SharedArrayBuffer)
      expect(opened.labels.buffer).toBeInstanceOf(SharedArrayBuffer)
      expect(existsSync(`${folder}/pixels.bin.partial`)).toBe(false)
      const whole = Buffer.concat([readFileSync(`${folder}/pixels.bin`), readFileSync(`${folder}/labels.bin`)])
      expect(createHash('sha256').update(whole).digest('hex')).toBe(dataset.summary.sha256)
    }
  })

  it('replaces an older data set', async () => {
    await saveDataset(files.path('twice'), bytes)
    await saveDataset(files.path('twice'), floats)
    expect((await openDataset(files.path('twice'))).summary.sha256).toBe(floats.summary.sha256)
  })

  it('does not open what is incomplete or damaged', async () => {
    await problemOf(openDataset(files.path('nothing')), 'FILE_NOT_FOUND')
    const damage = async (name: string, change: (folder: string) => void, code: 'DATA_CORRUPT' | 'FILE_NOT_FOUND' = 'DATA_CORRUPT'): Promise<void> => {
      await saveDataset(files.path(name), bytes)
      change(files.path(name))
      await problemOf(openDataset(files.path(name)), code)
    }
    await damage('cut', (folder) => truncateSync(`${folder}/pixels.bin`, 7))
    await damage('long', (folder) => writeFileSync(`${folder}/labels.bin`, Buffer.alloc(12)))
    await damage('label', (folder) => writeFileSync(`${folder}/labels.bin`, Buffer.alloc(8, 1)))
    await damage('text', (folder) => writeFileSync(`${folder}/dataset.json`, 'not json'))
    await damage('form', (folder) => writeFileSync(`${folder}/dataset.json`, '{"schemaVersion": 1}'))
    await damage('gone', (folder) => rmSync(`${folder}/labels.bin`), 'FILE_NOT_FOUND')
    await damage('huge', (folder) => {
      const json = readFileSync(`${folder}/dataset.json`, 'utf8')
      writeFileSync(`${folder}/dataset.json`, json.replace('"count": 2', '"count": 900000000000000'))
    })
  })
})

describe('channel statistics', () => {
  it('are the mean and population deviation of v / divisor', () => {
    // Channel 0 holds 1, 2, 5, 6: mean 3.5, variance (2.5² + 1.5² + 1.5² + 2.5²) / 4 = 4.25; channel 1 is 2 higher.
    const { mean, std } = channelStatistics(bytes.pixels, [2, 1, 2], 255)
    const doubleRounding = 12
    expect(mean[0]).toBeCloseTo(3.5 / 255, doubleRounding)
    expect(mean[1]).toBeCloseTo(5.5 / 255, doubleRounding)
    for (const value of std) expect(value).toBeCloseTo(Math.sqrt(4.25) / 255, doubleRounding)
  })

  it('do not lose the deviation of floats far from zero', () => {
    const values = Float32Array.from([1e6, 1e6 + 1, 1e6, 1e6 + 1])
    expect(channelStatistics(values, [1, 1, 2], 1).std[0]).toBeCloseTo(0.5, 9)
  })
})
