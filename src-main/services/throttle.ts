/** At most five events of one kind per second reach a client: more only costs the renderer frames. */
export const eventIntervalMs = 200

export interface Throttle {
  /** Calls the action now, or at the end of the interval if it was called within it. */
  trigger(): void
  /** Calls the action now if a call is waiting. */
  flush(): void
  /** Forgets a waiting call. */
  cancel(): void
}

/** The first trigger acts at once, later ones together at the end of the interval, so that the last state always arrives. */
export function createThrottle(action: () => void, intervalMs = eventIntervalMs): Throttle {
  let timer: NodeJS.Timeout | null = null
  let waiting = false
  const act = (): void => {
    waiting = false
    timer = setTimeout(() => {
      timer = null
      if (waiting) act()
    }, intervalMs)
    timer.unref()
    action()
  }
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    waiting = false
  }
  return {
    trigger: () => {
      if (timer === null) act()
      else waiting = true
    },
    flush: () => {
      if (!waiting) return
      stop()
      act()
    },
    cancel: stop
  }
}
