/** What runs compute with: the choice for this machine, the trial of a provider and the way back to the CPU. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ComputationPreference, Provider } from '@shared/providers'
import { simulationResult } from './testing/fake-engine'
import { createWorkbench, openReadyProject, until, type Workbench } from './testing/workbench'

let bench: Workbench
afterEach(() => bench.dispose())

/** Services over an engine that lists `offered` and finds `reason` against each of them. */
async function start(offered: Provider[], reason: string | null, fixedComputation: Partial<ComputationPreference> = {}): Promise<void> {
  bench = await createWorkbench({ engine: { cancelGraceMs: 200, shutdownGraceMs: 50 } }, { memoryMegabytes: 1000, fixedComputation })
  await openReadyProject(bench)
  bench.engine.answers['provider.list'] = () => offered
  bench.engine.answers['provider.probe'] = () => ({ reason })
}
const simulated = async (): Promise<unknown> => {
  const before = bench.engine.of('simulate').length
  await bench.ask('runs.start', { kind: 'simulate', name: null })
  await until(() => bench.engine.of('simulate').length > before, 'the simulation')
  const task = bench.engine.of('simulate').at(-1)!
  task.finish(simulationResult())
  return task.params
}
const warnings = async (): Promise<string[]> =>
  (await bench.ask('problems.list', {})).filter(({ code }) => code === 'PROVIDER_UNAVAILABLE').map(({ severity, message }) => `${severity}: ${message}`)

describe('without a choice', () => {
  it('the CPU computes, nothing is tried, and the host gives the limit', async () => {
    await start(['cpu', 'cuda'], null)
    expect(await simulated()).toMatchObject({ provider: 'cpu', memoryMegabytes: 1000, workers: 1 })
    expect(bench.engine.of('provider.probe')).toHaveLength(0)
    expect(await bench.ask('computation.state', {})).toEqual({
      preference: { provider: 'cpu', memoryMegabytes: null }, fixed: {}, offered: ['cpu', 'cuda'], refused: null, automaticMemoryMegabytes: 1000
    })
  })
})

describe('a chosen provider', () => {
  it('is tried once and computes every run; the run says so', async () => {
    await start(['cpu', 'cuda'], null)
    await bench.ask('computation.choose', { provider: 'cuda', memoryMegabytes: 500 })
    expect(await simulated()).toMatchObject({ provider: 'cuda', memoryMegabytes: 500 })
    expect(await simulated()).toMatchObject({ provider: 'cuda' })
    expect(bench.engine.of('provider.probe')).toHaveLength(1)
    expect(await bench.ask('runs.get', { runId: '0001-simulate' })).toMatchObject({ provider: 'cuda' })
    expect(await warnings()).toEqual([])
  })

  it('that computes something else gives way to the CPU, with one warning', async () => {
    await start(['cpu', 'cuda'], 'Its results are not numbers.')
    const state = await bench.ask('computation.choose', { provider: 'cuda', memoryMegabytes: null })
    const refused = { provider: 'cuda', reason: 'Its results are not numbers.' }
    expect(state.refused).toEqual(refused)
    expect(await simulated()).toMatchObject({ provider: 'cpu', refused })
    expect(await simulated()).toMatchObject({ provider: 'cpu', refused })
    expect(await warnings()).toEqual(['warning: Its results are not numbers.'])
  })

  it('that the runtime does not list is not even tried', async () => {
    await start(['cpu', 'webgpu'], null)
    expect((await bench.ask('computation.choose', { provider: 'coreml', memoryMegabytes: null })).refused?.reason).toContain('it lists CPU, WebGPU')
    expect(bench.engine.of('provider.probe')).toHaveLength(0)
  })

  it('that ends the engine process costs the trial and nothing else', async () => {
    await start(['cpu', 'cuda'], null)
    delete bench.engine.answers['provider.probe']
    const choosing = bench.ask('computation.choose', { provider: 'cuda', memoryMegabytes: null })
    await until(() => bench.engine.of('provider.probe').length === 1, 'the trial')
    bench.engine.crash()
    expect((await choosing).refused?.reason).toBe('Trying it ended the engine process.')
    expect(await simulated()).toMatchObject({ provider: 'cpu' })
  })

  it('is tried again when it is chosen again', async () => {
    await start(['cpu', 'cuda'], 'No driver.')
    await bench.ask('computation.choose', { provider: 'cuda', memoryMegabytes: null })
    bench.engine.answers['provider.probe'] = () => ({ reason: null })
    expect((await bench.ask('computation.choose', { provider: 'cuda', memoryMegabytes: null })).refused).toBeNull()
    expect(await simulated()).toMatchObject({ provider: 'cuda' })
  })
})

describe('the choice', () => {
  it('holds after a restart', async () => {
    await start(['cpu', 'cuda'], null)
    await bench.ask('computation.choose', { provider: 'cuda', memoryMegabytes: 700 })
    await bench.services.close()
    await bench.restart()
    expect((await bench.ask('computation.state', {})).preference).toEqual({ provider: 'cuda', memoryMegabytes: 700 })
  })

  it('yields to the command line', async () => {
    await start(['cpu', 'cuda'], null, { memoryMegabytes: 321, provider: 'cpu' })
    await bench.ask('computation.choose', { provider: 'cuda', memoryMegabytes: 700 })
    expect(await simulated()).toMatchObject({ provider: 'cpu', memoryMegabytes: 321 })
  })

  it('in a damaged file is told and left as it is', async () => {
    await start(['cpu', 'cuda'], null)
    await bench.ask('computation.choose', { provider: 'cuda', memoryMegabytes: null })
    const file = join(bench.abilities.userDataFolder, 'computation.json')
    writeFileSync(file, '{')
    await bench.services.close()
    await bench.restart()
    expect((await bench.ask('computation.state', {})).preference.provider).toBe('cpu')
    expect((await bench.ask('problems.list', {})).map(({ where, severity }) => `${severity}: ${where}`)).toEqual(['warning: computation.json'])
    expect(readFileSync(file, 'utf8')).toBe('{')
  })
})

describe('a run that was begun with another provider', () => {
  it('is not continued by itself, and with a warning when it is asked for', async () => {
    await start(['cpu', 'cuda'], null)
    const { runId } = await bench.ask('runs.start', { kind: 'simulate', name: null })
    await until(() => bench.engine.of('simulate').length === 1, 'the simulation')
    const job = (await bench.ask('jobs.list', {})).find((each) => each.runId === runId)!
    await bench.ask('jobs.cancel', { jobId: job.id })
    await until(async () => (await bench.ask('runs.get', { runId })).status === 'cancelled', 'the end')
    expect(await bench.services.findResumable('simulate')).toBe(runId)
    await bench.ask('computation.choose', { provider: 'cuda', memoryMegabytes: null })
    expect(await bench.services.findResumable('simulate')).toBeNull()
    await bench.ask('runs.resume', { runId })
    expect((await bench.ask('problems.list', {})).map(({ message }) => message).join()).toContain('computed by CPU → CUDA (NVIDIA)')
  })
})
