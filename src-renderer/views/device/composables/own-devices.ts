/** Devices of the user in the open project: the list as the services tell it, and what can be done with them. */
import { computed, shallowRef, watch } from 'vue'
import { defineStore } from 'pinia'
import type { RequestInput, RequestName, RequestOutput } from '@shared/api'
import type { MeasuredFits } from '@shared/measurements'
import type { OwnDevice, OwnDeviceContent, OwnDeviceList } from '@shared/own-device'
import type { Problem } from '@shared/problems'
import { useBridge } from '../../../stores/bridge'
import { useProblemsStore } from '../../../stores/problems'
import { useProjectStore } from '../../../stores/project'

const nothing: OwnDeviceList = { devices: [], unreadable: [] }

export const useOwnDevices = defineStore('ownDevices', () => {
  const bridge = useBridge()
  const problems = useProblemsStore()
  const project = useProjectStore()
  const list = shallowRef<OwnDeviceList>(nothing)
  /** Why the last request was refused: shown on the screen, and listed. */
  const problem = shallowRef<Problem | null>(null)

  bridge.on('devices.changed', (next) => (list.value = next))
  watch(
    () => project.state?.location ?? null,
    async (location) => {
      list.value = nothing
      problem.value = null
      if (location === null) return
      const loaded = problems.unwrap(await bridge.request('device.list', {}))
      if (loaded !== null && project.state?.location === location) list.value = loaded
    },
    { immediate: true }
  )

  async function ask<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N> | null> {
    const answer = await bridge.request(name, input)
    problem.value = answer.ok ? null : answer.problem
    return problems.unwrap(answer)
  }
  return {
    devices: computed((): readonly OwnDevice[] => list.value.devices),
    unreadable: computed((): readonly Problem[] => list.value.unreadable),
    problem,
    make: (content: OwnDeviceContent) => ask('device.make', content),
    change: (device: OwnDevice) => ask('device.change', device),
    remove: (id: string) => ask('device.delete', { id }),
    importFile: (handle: string) => ask('device.import', { handle }),
    measurements: (handle: string) => ask('device.measurements', { handle }),
    fits: (input: RequestInput<'device.fits'>): Promise<MeasuredFits | null> => ask('device.fits', input),
    makeFromFit: (input: RequestInput<'device.makeFromFit'>) => ask('device.makeFromFit', input)
  }
})
