/** The device in use: which entry of the list it is, choosing another, going back to an entry's values. */
import { computed, shallowRef } from 'vue'
import { useHardware } from '../../hardware/composables/use-hardware'
import { matchOf, type ListedDevice } from '../logic/device-list'
import { useOwnDevices } from './own-devices'

/** Outlives the screen, so that coming back shows the same entry. */
const lastId = shallowRef<string | null>(null)

export function useDeviceChoice() {
  const { hardware, edit } = useHardware()
  const own = useOwnDevices()
  const device = computed(() => hardware.value.device)
  const match = computed(() => matchOf(device.value, own.devices, lastId.value))

  /** Puts the device of an entry into the project's hardware: one step of undo. */
  function choose(entry: ListedDevice): void {
    lastId.value = entry.id
    edit(`device.choose.${entry.id}`, (draft) => {
      draft.device = JSON.parse(JSON.stringify(entry.device)) as ListedDevice['device']
    })
  }
  /** From now on the device counts as this entry, whose values are (to become) the same. */
  const adopt = (id: string): void => {
    lastId.value = id
  }
  return { device, match, choose, adopt }
}
