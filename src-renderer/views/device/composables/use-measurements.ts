/** A file of measured points on its way to a device: points, time, fits to deviation and mean, what was chosen. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { TablePoint } from '@shared/devices'
import type { FitForm, MeasuredFit, MeasuredFits, Measurements } from '@shared/measurements'
import type { OwnDevice } from '@shared/own-device'
import { useFilePicker } from '../../../composables/file-picker'
import { isUnbiased, measuredTimes, nameFromFile, pointsAt, simplestGoodFit } from '../logic/measured-points'
import { useOwnDevices } from './own-devices'

const findFit = (fits: readonly MeasuredFit[] | undefined, form: FitForm | null): MeasuredFit | null => fits?.find((fit) => fit.form === form) ?? null

export function useMeasurements() {
  const picker = useFilePicker()
  const own = useOwnDevices()
  const measurements = shallowRef<Measurements | null>(null)
  const busy = ref(false)
  const name = ref('')
  const seconds = ref(0)
  const fits = shallowRef<MeasuredFits | null>(null)
  const deviationForm = ref<FitForm | null>(null)
  /** Null: the mean is the target. */
  const meanForm = ref<FitForm | null>(null)

  const times = computed(() => measuredTimes(measurements.value?.points ?? []))
  const points = computed((): TablePoint[] => pointsAt(measurements.value?.points ?? [], seconds.value))
  const deviationFit = computed(() => findFit(fits.value?.deviation, deviationForm.value))
  const meanFit = computed(() => findFit(fits.value?.mean, meanForm.value))

  async function during<T>(work: () => Promise<T>): Promise<T> {
    busy.value = true
    try {
      return await work()
    } finally {
      busy.value = false
    }
  }
  /** Lets a person choose a file; nothing changes when it holds no table. */
  async function choose(): Promise<void> {
    const picked = await picker.pick('measurements')
    if (picked === null) return
    const read = await during(() => own.measurements(picked.handle))
    if (read === null) return
    fits.value = null
    measurements.value = read
    name.value = nameFromFile(picked.name)
    seconds.value = times.value[0] ?? 0
  }
  /** Looks at the points of a device that is there already. */
  function look(title: string, measured: readonly TablePoint[]): void {
    fits.value = null
    measurements.value = { name: title, points: measured.map((point) => ({ ...point })), malformed: [] }
    name.value = `${title} 2`.slice(0, 200)
    seconds.value = times.value[0] ?? 0
  }
  watch(points, async (now) => {
    fits.value = null
    if (now.length < 2) return
    const found = await own.fits({ points: now })
    if (found === null || now !== points.value) return
    fits.value = found
    deviationForm.value = simplestGoodFit(found.deviation)?.form ?? null
    meanForm.value = isUnbiased(now) ? null : (simplestGoodFit(found.mean)?.form ?? null)
  })

  const source = (what: string): string => `${what} ${measurements.value?.name ?? 'a measurement'}`
  const close = (): void => {
    measurements.value = null
    fits.value = null
  }
  /** Makes a device that holds every point at every time. */
  async function useTable(): Promise<OwnDevice | null> {
    const read = measurements.value
    if (read === null) return null
    return during(() => own.make({ name: name.value, source: source('Measured points of'), device: { kind: 'table', name: name.value, points: read.points, readDeviationFraction: 0 } }))
  }
  /** Makes a device that follows the chosen fits at the chosen time. */
  async function useFit(): Promise<OwnDevice | null> {
    const deviation = deviationForm.value
    if (deviation === null) return null
    const formulas = [`σ: ${deviationFit.value?.formula ?? ''}`, ...(meanFit.value === null ? [] : [`mean: ${meanFit.value.formula}`])].join('; ')
    return during(() => own.makeFromFit({ name: name.value, source: `${source('Fit to')} (${formulas})`, points: points.value, deviation, mean: meanForm.value }))
  }
  return { measurements, busy, name, seconds, times, points, fits, deviationForm, meanForm, deviationFit, meanFit, choose, look, close, useTable, useFit }
}
export type MeasurementState = ReturnType<typeof useMeasurements>
