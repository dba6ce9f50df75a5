/** How long a job has run and how long it will still take, from its progress. */

/** The rate is averaged over about this long, so that it follows a change of pace without jumping. */
const smoothingSeconds = 20
/** No forecast before the rate rests on this much time. */
const settlingSeconds = 1

export interface ProgressRate {
  /** Time starts to count: at the start and after a pause. */
  start(nowMs: number): void
  /** Time stops to count. */
  stop(nowMs: number): void
  report(fraction: number, nowMs: number): void
  secondsElapsed(nowMs: number): number
  /** Null until it can be said. */
  secondsRemaining(nowMs: number): number | null
}

/** Rate = Σ Δfraction·e^(−age/τ) / Σ Δt·e^(−age/τ). The first report is only the base: a resumed run does not start at 0. */
export function createProgressRate(): ProgressRate {
  let elapsedBefore = 0
  let startedAt: number | null = null
  let base: { fraction: number; elapsed: number } | null = null
  let gained = 0
  let spent = 0

  const elapsed = (nowMs: number): number => elapsedBefore + (startedAt === null ? 0 : Math.max(0, nowMs - startedAt) / 1000)

  return {
    start: (nowMs) => {
      startedAt ??= nowMs
    },
    stop: (nowMs) => {
      elapsedBefore = elapsed(nowMs)
      startedAt = null
    },
    report: (fraction, nowMs) => {
      const now = elapsed(nowMs)
      if (base !== null && now > base.elapsed) {
        const decay = Math.exp(-(now - base.elapsed) / smoothingSeconds)
        gained = gained * decay + Math.max(0, fraction - base.fraction)
        spent = spent * decay + (now - base.elapsed)
        base = { fraction, elapsed: now }
      }
      base ??= { fraction, elapsed: now }
    },
    secondsElapsed: elapsed,
    secondsRemaining: (nowMs) => {
      if (base === null || spent < settlingSeconds || gained <= 0) return null
      const atReport = ((1 - base.fraction) * spent) / gained
      return Math.max(0, atReport - (elapsed(nowMs) - base.elapsed))
    }
  }
}
