/**
 * Pages of thumbnails: all images in a mixed or in the stored order, or those of one class. Images can be asked for by
 * position only, so those of a class are found by looking through the set in a mixed order, as far as a page needs.
 */
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import type { DatasetSummary, Thumbnail } from '@shared/dataset'
import { useRequest } from '../../../composables/request'
import { scanIndex, scanStride } from '../logic/scan-order'

export type ThumbnailOrder = 'mixed' | 'stored'

/** The contract's limit for one request. */
const scanChunk = 200
/** Thumbnails kept; the oldest are dropped. */
const cacheLimit = 4000

export function useThumbnails(dataset: Ref<DatasetSummary | null>, pageSize: number) {
  const request = useRequest('dataset.thumbnails')
  const order = ref<ThumbnailOrder>('mixed')
  const classFilter = ref<number | null>(null)
  const page = ref(0)
  const shown = shallowRef<readonly Thumbnail[]>([])
  const loading = ref(false)
  const cache = new Map<number, Thumbnail>()
  let members: number[] = []
  let scanned = 0
  let current = 0

  const total = computed(() => {
    if (dataset.value === null) return 0
    return classFilter.value === null ? dataset.value.count : (dataset.value.classCounts[classFilter.value] ?? 0)
  })
  const pages = computed(() => Math.max(1, Math.ceil(total.value / pageSize)))

  async function fetch(indices: readonly number[]): Promise<boolean> {
    const missing = indices.filter((index) => !cache.has(index))
    if (missing.length === 0) return true
    const answer = await request.send({ indices: missing })
    if (answer === null) return false
    for (const thumbnail of answer) cache.set(thumbnail.index, thumbnail)
    for (const index of cache.keys()) {
      if (cache.size <= cacheLimit) break
      cache.delete(index)
    }
    return true
  }

  async function indicesOfPage(set: DatasetSummary, mine: number): Promise<number[]> {
    const first = page.value * pageSize
    const stride = scanStride(set.count)
    if (classFilter.value === null) {
      const last = Math.min(set.count, first + pageSize)
      return Array.from({ length: last - first }, (_, k) => (order.value === 'mixed' ? scanIndex(first + k, set.count, stride) : first + k))
    }
    while (members.length < first + pageSize && scanned < set.count && mine === current) {
      const indices = Array.from({ length: Math.min(scanChunk, set.count - scanned) }, (_, k) => scanIndex(scanned + k, set.count, stride))
      if (!(await fetch(indices)) || mine !== current) break
      scanned += indices.length
      members.push(...indices.filter((index) => cache.get(index)?.label === classFilter.value))
      // What was found so far is shown while the search goes on.
      shown.value = thumbnailsOf(members.slice(first, first + pageSize))
    }
    return members.slice(first, first + pageSize)
  }

  const thumbnailsOf = (indices: readonly number[]): Thumbnail[] =>
    indices.flatMap((index) => {
      const thumbnail = cache.get(index)
      return thumbnail ? [thumbnail] : []
    })

  async function load(): Promise<void> {
    const mine = ++current
    if (dataset.value === null) {
      shown.value = []
      return
    }
    loading.value = true
    const indices = await indicesOfPage(dataset.value, mine)
    if (mine === current && (await fetch(indices)) && mine === current) shown.value = thumbnailsOf(indices)
    if (mine === current) loading.value = false
  }

  watch(() => dataset.value?.sha256, () => {
    cache.clear()
    classFilter.value = null
  })
  watch([() => dataset.value?.sha256, classFilter, order], () => {
    members = []
    scanned = 0
    page.value = 0
    shown.value = []
  })
  watch([() => dataset.value?.sha256, classFilter, order, page], () => void load(), { immediate: true })
  return { order, classFilter, page, pages, total, shown, loading, problem: request.problem }
}
