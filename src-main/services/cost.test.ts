/** The inventory of the estimate through the request door, and figures in the settings of a project. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inventoryOf, plainLayer } from '@shared/cost/fixtures'
import { projectSettingsSchema } from '@shared/project'
import { finetuneResult } from './testing/fake-engine'
import { createWorkbench, openReadyProject, until, type Workbench } from './testing/workbench'

let bench: Workbench
beforeEach(async () => {
  bench = await createWorkbench()
})
afterEach(() => bench.dispose())

const inventory = inventoryOf({ ...plainLayer, positions: 7 })

describe('hardware.cost', () => {
  it('needs a project and a network', async () => {
    expect(await bench.refused('hardware.cost', { runId: null })).toMatchObject({ code: 'NOT_READY', where: 'project' })
    await bench.ask('project.create', { name: 'Empty', parent: null })
    expect(await bench.refused('hardware.cost', { runId: null })).toMatchObject({ code: 'NOT_READY', where: 'network' })
  })
  it('counts the network in use on the hardware of the project', async () => {
    const folder = await openReadyProject(bench)
    bench.engine.answers['network.cost'] = () => inventory
    await bench.ask('project.saveSettings', { settings: projectSettingsSchema.parse({ hardware: { array: { rows: 64 } } }) })
    expect(await bench.ask('hardware.cost', { runId: null })).toEqual(inventory)
    const params = bench.engine.of('network.cost')[0]?.params as { network: { folder: string }; hardware: { array: { rows: number } } }
    expect(params.network.folder.startsWith(join(folder, 'models'))).toBe(true)
    expect(params.hardware.array.rows).toBe(64)
  })
  it('counts the network that a fine-tuning made, under the name of the run; other runs made none', async () => {
    const folder = await openReadyProject(bench)
    bench.engine.answers['network.cost'] = () => inventory
    bench.engine.answers.finetune = (params) => {
      const { runFolder } = params as { runFolder: string }
      mkdirSync(runFolder, { recursive: true })
      writeFileSync(join(runFolder, 'finetuned.onnx'), 'net')
      return finetuneResult()
    }
    const { runId } = await bench.ask('runs.start', { kind: 'finetune', name: 'Tuned at 0.1' })
    await until(async () => (await bench.ask('runs.get', { runId })).status === 'finished', 'the fine-tuning to finish')
    expect(await bench.ask('hardware.cost', { runId })).toEqual({ ...inventory, network: 'Tuned at 0.1' })
    expect(bench.engine.of('network.cost')[0]?.params).toMatchObject({ network: { file: join(folder, 'runs', runId, 'finetuned.onnx') } })

    const simulation = await bench.ask('runs.start', { kind: 'simulate', name: null })
    expect(await bench.refused('hardware.cost', { runId: simulation.runId })).toMatchObject({ code: 'REQUEST_INVALID', where: 'runId' })
  })
})

it('changed figures stay with the project, and are refused out of range', async () => {
  await bench.ask('project.create', { name: 'Figures', parent: null })
  const figures = { readVoltage: { value: 0.2, source: 'wafer 7' }, adcStepEnergy: { value: null, source: '' } }
  await bench.ask('project.saveSettings', { settings: projectSettingsSchema.parse({ cost: { figures } }) })
  expect((await bench.ask('project.current', {}))?.settings.cost.figures).toEqual(figures)
  const settings = { ...projectSettingsSchema.parse({}), cost: { figures: { readVoltage: { value: -1, source: '' } } } }
  expect(await bench.refused('project.saveSettings', { settings })).toMatchObject({ code: 'REQUEST_INVALID', where: 'project.saveSettings.settings.cost.figures.readVoltage.value' })
})
