/** Where networks lose half of their accuracy in a study. Pure. */
import type { ScaleGranularity } from './hardware'
import type { SweepParameterId } from './simulation'
import type { StudyFindings, StudyPoint } from './study'

/** Parameters of which more is worse, on a scale on which one can interpolate between two values. */
const growing: ReadonlySet<SweepParameterId> = new Set<SweepParameterId>(['sigma', 'wire-resistance'])

/** Where the mean top-1 accuracy of a network falls to half of its digital accuracy. */
export type HalfLoss =
  /** Between two values, by linear interpolation; `earliest` and `latest`: where the ends of the 95 % intervals do; null where that is beyond `last`, the last value that was measured. */
  | { kind: 'at'; value: number; earliest: number | null; latest: number | null; last: number }
  /** At the first value that was measured. */
  | { kind: 'already'; value: number }
  /** Not up to the last value that was measured. */
  | { kind: 'kept'; value: number }
  /** Of what cannot be interpolated: the values at which less than half is left. */
  | { kind: 'values'; values: number[] }
  /** Without a sweep. */
  | { kind: 'single'; lost: boolean }

type Place = readonly [value: number, accuracy: number]

/** The value at which a line through `places`, in ascending order, first falls below `half`; null where it does not. */
function crossing(places: readonly Place[], half: number): number | null {
  const after = places.findIndex(([, accuracy]) => accuracy < half)
  const [to, from] = [places[after], places[after - 1]]
  if (to === undefined) return null
  if (from === undefined) return to[0]
  return from[0] + ((from[1] - half) / (from[1] - to[1])) * (to[0] - from[0])
}

/** Null while nothing is measured, or the digital accuracy is not known. */
export function halfLoss({ networks, points }: StudyFindings, network: number, scale: ScaleGranularity, parameter: SweepParameterId | null): HalfLoss | null {
  const half = (networks[network]?.digital?.top1 ?? NaN) / 2
  const own = points.filter((point) => point.network === network && point.scale === scale)
  if (own.length === 0 || Number.isNaN(half)) return null
  if (parameter === null) return { kind: 'single', lost: (own[0]?.top1.mean ?? 0) < half }
  const placed = own.flatMap((point) => (point.value === null ? [] : [{ value: point.value, top1: point.top1 }])).sort((a, b) => a.value - b.value)
  if (!growing.has(parameter)) return { kind: 'values', values: placed.filter(({ top1 }) => top1.mean < half).map(({ value }) => value) }
  const along = (of: (top1: StudyPoint['top1']) => number): number | null => crossing(placed.map(({ value, top1 }): Place => [value, of(top1)]), half)
  const at = along(({ mean }) => mean)
  const [first, last] = [placed[0]?.value ?? 0, placed.at(-1)?.value ?? 0]
  if (at === null) return { kind: 'kept', value: last }
  if (at === first) return { kind: 'already', value: first }
  return { kind: 'at', value: at, earliest: along(({ mean, ci95 }) => mean - (ci95 ?? 0)), latest: along(({ mean, ci95 }) => mean + (ci95 ?? 0)), last }
}
