import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { threadsFor } from '../workers/pool'
import { automaticBatch, planComputation, type Demand } from './plan'

const megabyte = 1e6
const demand = (given: Partial<Demand>): Demand => ({
  tasks: 10, batch: 100, batchIsFixed: false, fixedBytes: 100 * megabyte, workerBytes: (batch) => (50 + batch) * megabyte, ...given
})

describe('planComputation', () => {
  it.each([
    ['every core a task of its own', { cores: 8, memory: 1e6 }, {}, { workers: 8, threads: 1, batch: 100 }],
    ['fewer tasks than cores: the others are threads', { cores: 8, memory: 1e6 }, { tasks: 3 }, { workers: 3, threads: 2, batch: 100 }],
    ['one task takes all cores', { cores: 6, memory: 1e6 }, { tasks: 1 }, { workers: 1, threads: 6, batch: 100 }],
    ['one core', { cores: 1, memory: 1e6 }, {}, { workers: 1, threads: 1, batch: 100 }],
    ['fewer images at a time before fewer workers', { cores: 4, memory: 410 }, {}, { workers: 4, threads: 1, batch: 25 }],
    ['fewer workers before single images', { cores: 4, memory: 309 }, {}, { workers: 3, threads: 1, batch: 13 }],
    ['single images at last', { cores: 4, memory: 151 }, {}, { workers: 1, threads: 4, batch: 1 }],
    ['a fixed batch stays', { cores: 4, memory: 410 }, { batchIsFixed: true }, { workers: 2, threads: 2, batch: 100 }]
  ])('%s', (_name, { cores, memory }, given, expected) => {
    expect(planComputation({ cores, memoryBytes: memory * megabyte }, demand(given))).toMatchObject(expected)
  })

  it('names what is missing where nothing fits', () => {
    const attempt = (): unknown => planComputation({ cores: 4, memoryBytes: 150 * megabyte }, demand({}))
    expect(attempt).toThrow(ProblemError)
    expect(attempt).toThrow('needs about 151 MB, the limit is 150 MB')
  })

  it('never plans more than the limit, the cores or the tasks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 160, max: 20_000 }), (cores, tasks, batch, memory) => {
        const asked = demand({ tasks, batch })
        const plan = planComputation({ cores, memoryBytes: memory * megabyte }, asked)
        expect(plan.workers).toBeLessThanOrEqual(Math.min(cores, tasks))
        expect(plan.workers * plan.threads).toBeLessThanOrEqual(cores)
        expect(plan.batch).toBeLessThanOrEqual(batch)
        expect(plan.bytes).toBe(asked.fixedBytes + plan.workers * asked.workerBytes(plan.batch))
        expect(plan.bytes).toBeLessThanOrEqual(memory * megabyte)
      })
    )
  })
})

describe('automaticBatch', () => {
  it.each([
    ['a Wide ResNet', 393e6, 8],
    ['a small residual network', 5e6, 10],
    ['a small convolutional network', 4e5, 100],
    ['nothing at all', 0, 100]
  ])('of %s', (_name, macs, batch) => expect(automaticBatch(macs)).toBe(batch))
})

describe('threadsFor', () => {
  it.each([
    [{ size: 8, cores: 8 }, 20, 1],
    [{ size: 8, cores: 8 }, 1, 8],
    [{ size: 3, cores: 8 }, 10, 2],
    [{ size: 8, cores: 8 }, 0, 8]
  ])('a pool of %j with %i tasks gives each %i', (pool, tasks, threads) => expect(threadsFor(pool, tasks)).toBe(threads))
})
