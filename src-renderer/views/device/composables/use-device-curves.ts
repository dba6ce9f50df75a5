/** Curves of the device in use, asked for again shortly after each edit; the last ones stay while new ones are on their way. */
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { DeviceCurves } from '@shared/device-curves'
import { conductanceDeviceSchema, programmingSchema, type ConductanceDeviceDescription } from '@shared/devices'
import { useRequest } from '../../../composables/request'
import { useHardware } from '../../hardware/composables/use-hardware'

/** An arrow key that is held repeats faster than this. */
const pauseMilliseconds = 80

export interface ShownCurves {
  device: ConductanceDeviceDescription
  /** Time of the description at which they hold. */
  seconds: number
  curves: DeviceCurves
}

export function useDeviceCurves() {
  const { hardware } = useHardware()
  const request = useRequest('device.curves', { quiet: true })
  const shown = shallowRef<ShownCurves | null>(null)
  /** Null while the form holds values that are no device. */
  const wanted = computed(() => {
    const device = conductanceDeviceSchema.safeParse(hardware.value.device)
    const programming = programmingSchema.safeParse(hardware.value.programming)
    return device.success && programming.success ? { device: device.data, programming: programming.data, seconds: hardware.value.retention.seconds } : null
  })
  let timer: ReturnType<typeof setTimeout> | null = null
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer)
  }
  watch(
    () => JSON.stringify(wanted.value),
    () => {
      stop()
      const input = wanted.value
      if (input === null) return
      // Curves of another kind of device would stand under wrong names and units.
      const first = shown.value?.device.kind !== input.device.kind
      if (first) shown.value = null
      timer = setTimeout(async () => {
        const curves = await request.send(input)
        if (curves !== null) shown.value = { device: input.device, seconds: input.seconds, curves }
      }, first ? 0 : pauseMilliseconds)
    },
    { immediate: true }
  )
  onScopeDispose(stop)
  return { shown, problem: request.problem }
}
