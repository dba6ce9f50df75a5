import { describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { createEngineClient } from './engine-client'
import { createFakeEngine } from './testing/fake-engine'
import { until } from './testing/workbench'

const inspect = { file: 'a.onnx' }
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(() => 'finished', (thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem.code : String(thrown)))

describe('engine client', () => {
  it('starts one process for many tasks and hands each its own result and progress', async () => {
    const engine = createFakeEngine()
    const client = createEngineClient(engine.launch)
    expect(engine.launches).toBe(0)
    const seen: number[] = []
    const first = client.run('network.inspect', inspect, ({ fraction }) => seen.push(fraction))
    const second = client.run('network.inspect', inspect)
    // Nothing is sent before the process says that it is ready.
    expect(engine.received).toEqual([])
    await until(() => engine.started.length === 2, 'both tasks')
    engine.started[0]?.progress({ fraction: 0.5, activity: '' })
    engine.started[1]?.finish('second')
    engine.started[0]?.finish('first')
    expect(await second.promise).toBe('second')
    expect(await first.promise).toBe('first')
    expect(seen).toEqual([0.5])
    expect(engine.launches).toBe(1)
    await client.shutdown()
  })

  it('fails all tasks when the process dies, and starts a fresh one for the next', async () => {
    const engine = createFakeEngine()
    const client = createEngineClient(engine.launch)
    const codes = Promise.all([codeOf(client.run('network.inspect', inspect).promise), codeOf(client.run('network.inspect', inspect).promise)])
    await until(() => engine.started.length === 2, 'both tasks')
    engine.crash()
    expect(await codes).toEqual(['ENGINE_STOPPED', 'ENGINE_STOPPED'])
    engine.answers['network.inspect'] = () => 'again' as never
    expect(await client.run('network.inspect', inspect).promise).toBe('again')
    expect(engine.launches).toBe(2)
    await client.shutdown()
  })

  it('says so when the process cannot be started', async () => {
    const client = createEngineClient(() => {
      throw new Error('no such program')
    })
    await expect(client.run('network.inspect', inspect).promise).rejects.toThrow('no such program')
  })

  it('ends a process that does not react to cancel', async () => {
    const engine = createFakeEngine()
    engine.responsive = false
    const client = createEngineClient(engine.launch, { cancelGraceMs: 20 })
    const task = client.run('network.inspect', inspect)
    const code = codeOf(task.promise)
    await until(() => engine.started.length === 1, 'the task')
    task.cancel()
    expect(await code).toBe('JOB_CANCELLED')
    expect(engine.killed).toBe(1)
  })

  it('ends a process that does not react to cancel when its other tasks have their results, and gives new tasks to another', async () => {
    const engine = createFakeEngine()
    engine.responsive = false
    const client = createEngineClient(engine.launch, { cancelGraceMs: 20, shutdownGraceMs: 20 })
    const other = client.run('network.inspect', inspect)
    const task = client.run('network.inspect', inspect)
    await until(() => engine.started.length === 2, 'both tasks')
    task.cancel()
    expect(await codeOf(task.promise)).toBe('JOB_CANCELLED')
    expect(engine.killed).toBe(0)
    const next = client.run('network.inspect', inspect)
    await until(() => engine.started.length === 3, 'the task of the next process')
    expect(engine.launches).toBe(2)
    engine.started[0]?.finish('kept')
    expect(await other.promise).toBe('kept')
    expect(engine.killed).toBe(1)
    engine.started[2]?.finish('next')
    expect(await next.promise).toBe('next')
    await client.shutdown()
  })

  it('shuts down politely, by force if need be, and takes no tasks afterwards', async () => {
    const polite = createFakeEngine()
    const politeClient = createEngineClient(polite.launch)
    const waiting = codeOf(politeClient.run('network.inspect', inspect).promise)
    await until(() => polite.started.length === 1, 'the task')
    await politeClient.shutdown()
    expect(polite.killed).toBe(0)
    expect(await waiting).toBe('ENGINE_STOPPED')
    expect(await codeOf(politeClient.run('network.inspect', inspect).promise)).toBe('ENGINE_STOPPED')

    const stuck = createFakeEngine()
    stuck.responsive = false
    const stuckClient = createEngineClient(stuck.launch, { shutdownGraceMs: 20 })
    const lost = codeOf(stuckClient.run('network.inspect', inspect).promise)
    await until(() => stuck.started.length === 1, 'the task')
    await stuckClient.shutdown()
    expect(stuck.killed).toBe(1)
    expect(await lost).toBe('ENGINE_STOPPED')
  })
})
