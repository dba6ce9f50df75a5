import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventName } from '@shared/api'
import { defaultDevice, programmingSchema } from '@shared/devices'
import type { OwnDeviceContent } from '@shared/own-device'
import { createWorkbench, type Workbench } from './testing/workbench'

let bench: Workbench
let project: string
beforeEach(async () => {
  bench = await createWorkbench()
  project = join(bench.root, 'work')
  expect((await bench.services.openOrCreateProject(project, 'Work')).ok).toBe(true)
})
afterEach(() => bench.dispose())

const content = (change: Partial<OwnDeviceContent> = {}): OwnDeviceContent => ({ name: 'My PCM', source: 'measured', device: defaultDevice('pcm-array-1m'), ...change })
const pathOf = (id: string): string => join(project, 'devices', `${id}.json`)
const imported = (name: string, text: string) => bench.services.registerPath(bench.file(`input/${name}`, text))

describe('devices of the user', () => {
  it('are files of the project, and still there after a restart', async () => {
    expect(await bench.ask('device.list', {})).toEqual({ devices: [], unreadable: [] })
    const made = await bench.ask('device.make', content())
    expect(made).toEqual({ id: 'my-pcm', ...content() })
    expect(JSON.parse(readFileSync(pathOf('my-pcm'), 'utf8'))).toEqual({ schemaVersion: 1, ...content() })
    await bench.services.close()
    await bench.restart()
    expect((await bench.services.openOrCreateProject(project, 'Work')).ok).toBe(true)
    expect((await bench.ask('device.list', {})).devices).toEqual([made])
  })

  it('get a free file name each, from names in any script', async () => {
    const ids: string[] = []
    for (const name of ['Größe 1', 'GROSSE 1', 'größe-1', '测试', '../../etc/passwd']) ids.push((await bench.ask('device.make', content({ name }))).id)
    expect(ids).toEqual(['gro-e-1', 'grosse-1', 'gro-e-1-2', 'device', 'etc-passwd'])
    const { devices } = await bench.ask('device.list', {})
    expect(devices.map(({ name }) => name)).toEqual(['../../etc/passwd', 'GROSSE 1', 'Größe 1', 'größe-1', '测试'].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })))
  })

  it('are changed, renamed and deleted; a table takes the name', async () => {
    const { id } = await bench.ask('device.make', content({ device: defaultDevice('table') }))
    const changed = await bench.ask('device.change', { id, ...content({ name: 'Renamed', device: defaultDevice('table') }) })
    expect(changed).toMatchObject({ id, name: 'Renamed', device: { kind: 'table', name: 'Renamed' } })
    expect((await bench.ask('device.list', {})).devices).toEqual([changed])
    await bench.ask('device.delete', { id })
    expect(existsSync(pathOf(id))).toBe(false)
    expect(await bench.refused('device.delete', { id })).toMatchObject({ code: 'DEVICE_NOT_FOUND', where: `devices/${id}.json` })
    expect(await bench.refused('device.change', changed)).toMatchObject({ code: 'DEVICE_NOT_FOUND' })
  })

  it('tell the listeners of every change', async () => {
    const heard: [EventName, unknown][] = []
    bench.services.subscribe((name, payload) => void heard.push([name, payload]))
    const { id } = await bench.ask('device.make', content())
    await bench.ask('device.delete', { id })
    const lists = heard.flatMap(([name, payload]) => (name === 'devices.changed' ? [payload] : []))
    expect(lists).toMatchObject([{ devices: [{ id }] }, { devices: [] }])
  })

  it('leave an unreadable file as it is, name it, and keep its name taken', async () => {
    mkdirSync(join(project, 'devices'))
    writeFileSync(pathOf('my-pcm'), '{"schemaVersion": 1, "name": "x", "device": {"kind": "hermes", "devices": 3}}')
    writeFileSync(join(project, 'devices', 'notes.txt'), 'not ours')
    const { devices, unreadable } = await bench.ask('device.list', {})
    expect(devices).toEqual([])
    expect(unreadable).toMatchObject([{ code: 'DEVICE_INVALID', where: 'devices/my-pcm.json.device.devices', tip: expect.stringContaining('left as it is') }])
    const before = readFileSync(pathOf('my-pcm'), 'utf8')
    expect(await bench.refused('device.change', { id: 'my-pcm', ...content() })).toMatchObject({ code: 'DEVICE_INVALID' })
    expect(await bench.refused('device.delete', { id: 'my-pcm' })).toMatchObject({ code: 'DEVICE_INVALID' })
    expect((await bench.ask('device.make', content())).id).toBe('my-pcm-2')
    expect(readFileSync(pathOf('my-pcm'), 'utf8')).toBe(before)
  })

  it('need a project; an identifier is no path', async () => {
    expect(await bench.refused('device.delete', { id: '../project' })).toMatchObject({ code: 'REQUEST_INVALID' })
    await bench.ask('project.close', {})
    expect(await bench.refused('device.list', {})).toMatchObject({ code: 'NOT_READY' })
    expect(await bench.refused('device.make', content())).toMatchObject({ code: 'NOT_READY' })
  })
})

describe('import and export', () => {
  it('bring a device into another project unchanged', async () => {
    const prepared = await bench.ask('export.prepare', { what: 'device', content: content({ name: 'A/B' }) })
    expect(prepared.fileName).toBe('A-B.json')
    const file = bench.services.preparedFile(prepared.downloadId)
    const device = await bench.ask('device.import', { handle: bench.services.registerPath(file?.path ?? '') })
    expect(device).toEqual({ id: 'a-b', ...content({ name: 'A/B' }) })
  })
  it('take a plain device document under the name of its file', async () => {
    expect(await bench.ask('device.import', { handle: imported('fast.json', '{"kind": "hermes", "devices": 2}') })).toMatchObject({ id: 'fast', name: 'fast', device: { kind: 'hermes', devices: 2, minimumMicrosiemens: 0 } })
  })
  it.each([
    ['not JSON', '{kind: hermes', 'w.json', /not JSON/],
    ['a list', '[]', 'w.json', /one JSON object/],
    ['an unknown kind', '{"kind": "memristor"}', 'w.json.kind', /"memristor", expected one of weight-referred, generic, pcm-array-1m/],
    ['a value out of range', '{"schemaVersion": 1, "name": "x", "source": "", "device": {"kind": "pcm-joshi", "maximumMicrosiemens": 30}}', 'w.json.device.maximumMicrosiemens', /Found 30, expected a number of at most 25/],
    ['an unknown field', '{"kind": "hermes", "sigma": 1}', 'w.json.sigma', /no field "sigma"/],
    ['a newer version', '{"schemaVersion": 2, "name": "x", "source": "", "device": {"kind": "hermes"}}', 'w.json.schemaVersion', /Found 2, expected 1/],
    ['a hardware description', '{"representation": {}, "adc": {}, "device": {"kind": "hermes"}}', 'w.json', /hardware description/],
    ['a part of a hardware description', '{"device": {"kind": "hermes"}, "retention": {"seconds": 60}}', 'w.json', /hardware description/],
    ['something else', '{"points": []}', 'w.json', /neither a field/]
  ])('%s is refused, names the field, and changes nothing', async (_name, text, where, message) => {
    const problem = await bench.refused('device.import', { handle: imported('w.json', text) })
    expect(problem).toMatchObject({ code: 'DEVICE_INVALID', where, message: expect.stringMatching(message) })
    expect(existsSync(join(project, 'devices'))).toBe(false)
  })
})

describe('what the engine computes', () => {
  it('is asked for with checked input', async () => {
    expect(await bench.refused('device.curves', { device: { kind: 'hermes', devices: 3 }, programming: programmingSchema.parse({}), seconds: 0 })).toMatchObject({ code: 'REQUEST_INVALID', where: 'device.curves.device.devices' })
    bench.engine.answers['device.measurements'] = ({ file }) => ({ name: file, points: [], malformed: [] })
    const { name } = await bench.ask('device.measurements', { handle: imported('m.csv', 'x') })
    expect(name).toBe(join(bench.root, 'input/m.csv'))
  })
  it('makes a device of fitted forms', async () => {
    bench.engine.answers['device.fromFit'] = ({ name }) => ({ ...(defaultDevice('table') as Extract<ReturnType<typeof defaultDevice>, { kind: 'table' }>), name })
    const point = { targetMicrosiemens: 1, meanMicrosiemens: 1, deviationMicrosiemens: 0.1, seconds: 0 }
    const device = await bench.ask('device.makeFromFit', { name: 'Fit', source: 'm.csv', points: [point, { ...point, targetMicrosiemens: 2 }], deviation: 'constant', mean: null })
    expect(device).toMatchObject({ id: 'fit', name: 'Fit', source: 'm.csv', device: { kind: 'table', name: 'Fit' } })
    expect(bench.engine.of('device.fromFit')[0]?.params).not.toHaveProperty('source')
  })
})
