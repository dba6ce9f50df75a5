/** Times cases in turns, round after round, so that a machine whose speed drifts treats them alike. */
import { median } from 'simple-statistics'

export interface TimedCase {
  key: string
  /** Images that one run computes. */
  images: number
  run(): Promise<unknown>
  /** Gives its memory back. */
  close?(): Promise<void>
}

export class Timings {
  /** @param seconds Seconds an image, by case and round. */
  constructor(private readonly seconds: ReadonlyMap<string, readonly number[]>) {}

  /** Seconds an image in each round; empty where the case was not timed. */
  private rounds = (key: string): readonly number[] => this.seconds.get(key) ?? []

  /** Median; null where the case was not timed. */
  secondsPerImage(key: string): number | null {
    return this.rounds(key).length === 0 ? null : median([...this.rounds(key)])
  }

  /** Time of `key` over that of `base`, taken round by round: the machine's speed may drift between rounds, less within one. The median of the rounds; null where either was not timed. */
  ratio(key: string, base: string): number | null {
    const others = this.rounds(base)
    const ratios = this.rounds(key).flatMap((value, round) => (others[round] === undefined ? [] : [value / others[round]]))
    return ratios.length === 0 ? null : median(ratios)
  }
}

/** Seconds on the clock on the wall. */
export const wallClock = (): number => performance.now() / 1000

/** Seconds of processor time of this process, which other work on the machine moves less. */
export function processorClock(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/**
 * @param onFailure Gets what a case throws in the first round, which warms up and is not counted; the case is then left out. Without it the timing ends.
 */
export async function inTurns(cases: readonly TimedCase[], rounds: number, clock = wallClock, onFailure?: (key: string, thrown: unknown) => void): Promise<Timings> {
  const working: TimedCase[] = []
  for (const one of cases) {
    try {
      await one.run()
      working.push(one)
    } catch (thrown) {
      if (onFailure === undefined) throw thrown
      onFailure(one.key, thrown)
    }
  }
  const seconds = new Map(working.map(({ key }) => [key, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (const { key, images, run } of working) {
      const started = clock()
      await run()
      seconds.get(key)!.push((clock() - started) / images)
    }
  }
  return new Timings(seconds)
}
