/** The most memory that this process takes while something runs. */
const intervalMilliseconds = 100

export async function withPeak<T>(work: () => Promise<T>): Promise<{ result: T; peakBytes: number }> {
  let peakBytes = 0
  const look = (): void => void (peakBytes = Math.max(peakBytes, process.memoryUsage.rss()))
  const timer = setInterval(look, intervalMilliseconds)
  try {
    const result = await work()
    look()
    return { result, peakBytes }
  } finally {
    clearInterval(timer)
  }
}
