import { nextTick } from 'vue'
import { describe, expect, it } from 'vitest'
import type { OwnDevice, OwnDeviceList } from '@shared/own-device'
import { deviceSchema } from '@shared/hardware'
import { useProblemsStore } from '../../../stores/problems'
import { useProjectStore } from '../../../stores/project'
import { createMemoryBridge, emptyProject, ok, refused, withApp } from '../../../testing/memory-bridge'
import { useOwnDevices } from './own-devices'

const device: OwnDevice = { id: 'mine', name: 'Mine', source: '', device: deviceSchema.parse({ kind: 'hermes' }) }
const listed: OwnDeviceList = { devices: [device], unreadable: [] }
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await nextTick()
}

describe('own devices', () => {
  it('come with the project and leave with it', async () => {
    const bridge = createMemoryBridge({ 'device.list': () => ok(listed) })
    const { value } = withApp(bridge, () => ({ own: useOwnDevices(), project: useProjectStore() }))
    await settled()
    expect(bridge.sent).toEqual([])
    bridge.emit('project.changed', emptyProject())
    await settled()
    expect(value.own.devices).toEqual([device])
    bridge.emit('project.changed', null)
    await settled()
    expect(value.own.devices).toEqual([])
  })
  it('follow what the services tell', async () => {
    const bridge = createMemoryBridge({ 'device.list': () => ok({ devices: [], unreadable: [] }) })
    const { value } = withApp(bridge, () => ({ own: useOwnDevices(), project: useProjectStore() }))
    bridge.emit('project.changed', emptyProject())
    await settled()
    bridge.emit('devices.changed', listed)
    expect(value.own.devices).toEqual([device])
  })
  it('keep a refusal for the screen and the list of problems, until the next request is answered', async () => {
    const bridge = createMemoryBridge({ 'device.list': () => ok(listed), 'device.import': () => refused('w.json', 'No device.'), 'device.delete': () => ok({}) })
    const { value } = withApp(bridge, () => ({ own: useOwnDevices(), project: useProjectStore(), problems: useProblemsStore() }))
    expect(await value.own.importFile('handle-1')).toBeNull()
    expect(value.own.problem).toMatchObject({ where: 'w.json' })
    expect(value.problems.all).toHaveLength(1)
    await value.own.remove('mine')
    expect(value.own.problem).toBeNull()
  })
})
