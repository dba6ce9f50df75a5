/**
 * A whole resilience study: of every network the digital accuracy, then every chip instance of every representation and value. Each finished part is a
 * line of trials.jsonl; a resumed study computes only those that are missing.
 */
import { join } from 'node:path'
import { fail } from '@shared/problems'
import { studyTrialSchema, type StudyResult, type StudyTrial } from '@shared/study'
import { checkPreprocessing } from '../data/preprocess'
import { evaluationRange } from '../data/split'
import { Evaluator } from '../simulate/evaluator'
import { ProgramCache } from '../simulate/program-cache'
import { calibrationRange } from '../simulate/run-simulation'
import { TrialLog } from '../simulate/trial-log'
import type { StudyParams, TaskControl } from '../tasks'
import { forEachInPool, type ComputePool } from '../workers/pool'
import { imagesDone } from '../workers/signal'
import { cellKey, studyFindings, trialKey } from './study-findings'
import { namedNetworks, openStudy, type OpenedStudy, type StudyNetwork } from './study-networks'
import { plannedCells, trialsOf, type StudyCell } from './study-plan'

/** How often progress is looked at inside a trial. */
const progressIntervalMilliseconds = 250

export async function runStudy(params: StudyParams, control: TaskControl, pool: ComputePool, opened?: OpenedStudy): Promise<StudyResult> {
  const { config, runFolder, preprocessing } = params
  const { settings } = config
  control.report({ fraction: 0, activity: 'Reading the networks and the data' })
  const inputs = opened ?? (await openStudy(params))
  const { dataset } = inputs
  checkPreprocessing(preprocessing, dataset.summary.shape[0])
  const range = evaluationRange(dataset.summary, settings.images)
  if (range.count === 0) fail('DATA_TOO_FEW_IMAGES', dataset.summary.name, 'There is no image to simulate with.')
  const networks = namedNetworks(inputs, config)
  const cells = plannedCells(config)
  const log = await TrialLog.openOf(join(runFolder, 'trials.jsonl'), { schema: studyTrialSchema, key: trialKey })
  requireSameNetworks(log.trials, networks)
  const evaluators = networks.map(({ network }) =>
    new Evaluator({ network, dataset, preprocessing, batch: settings.batch, calibrationRange: calibrationRange(dataset, range), pool, signal: control.signal }))

  // The digital network and a chip instance take the same number of images.
  const total = networks.length * (1 + trialsOf(cells))
  const doneBefore = log.trials.length
  const imagesBefore = imagesDone(control.signal)
  let activity = 'Digital accuracy'
  let shown = -1
  // Findings are made anew only when there is a new trial and time to show it.
  const report = (): void => {
    const partial = log.trials.length === shown ? {} : { partial: { kind: 'study' as const, findings: studyFindings(networks, cells, log.trials) } }
    shown = log.trials.length
    const done = Math.max(log.trials.length, doneBefore + (imagesDone(control.signal) - imagesBefore) / range.count)
    control.report({ fraction: Math.min(1, done / total), activity, ...partial })
  }
  const ticker = setInterval(report, progressIntervalMilliseconds)
  try {
    const finished = new Set(log.trials.map(trialKey))
    for (const [index, { network: { report: { sha256 } } }] of networks.entries()) {
      if (finished.has(`digital:${index}`)) continue
      const { top1, top5, images, seconds } = await evaluators[index]!.digital(range)
      await log.append({ measure: 'digital', network: index, sha256, top1, top5, images, seconds })
      report()
      await control.checkpoint()
    }
    for (const scale of settings.scales) {
      const ofScale = cells.filter((cell) => cell.scale === scale)
      for (const [index, { name }] of networks.entries()) {
        const missing = ofScale.flatMap((cell) => {
          const instances = Array.from({ length: cell.chipInstances }, (_, i) => i).filter((i) => !finished.has(`${cellKey(index, cell)}:${i}`))
          return instances.length === 0 ? [] : [{ cell, instances }]
        })
        if (missing.length === 0) continue
        activity = `${name}, ${scale}`
        report()
        const programs = new ProgramCache(evaluators[index]!)
        // The next point begins while the last chip instances of one are still going on.
        await forEachInPool({ ...pool, size: pointsAtATime(pool, settings.chipInstances) }, missing.length, async (position) => {
          const { cell, instances } = missing[position]!
          await runCell(evaluators[index]!, programs, { network: index, cell, instances, range, seed: settings.seed }, (trial) => log.append(trial))
          report()
          await control.checkpoint()
        })
      }
    }
  } finally {
    clearInterval(ticker)
  }
  const { networks: studied, points } = studyFindings(networks, cells, log.trials)
  return {
    networks: studied.map(({ digital, ...network }) => {
      if (digital === null) throw new Error('A study ended without a digital accuracy')
      return { ...network, digital }
    }),
    points, classNames: dataset.summary.classNames, imageRange: range
  }
}

/** So many that no worker waits at the end of one. */
const pointsAtATime = ({ size }: ComputePool, chipInstances: number): number => 1 + Math.ceil(size / chipInstances)

interface CellWork {
  network: number
  cell: StudyCell
  instances: readonly number[]
  range: { first: number; count: number }
  seed: number
}

/** Runs the given chip instances of one network in one representation at one value. */
async function runCell(evaluator: Evaluator, programs: ProgramCache, { network, cell, instances, range, seed }: CellWork, onTrial: (trial: StudyTrial) => Promise<void>): Promise<void> {
  const { scale, point, hardware } = cell
  await evaluator.trials(await programs.get(hardware), { hardware, range, seed, point, instances }, ({ chipInstance, top1, top5, loss, seconds }) =>
    onTrial({ measure: 'chip', network, scale, point, chipInstance, top1, top5, loss, seconds }))
}

/** Problem RUN_INVALID when a study was begun with another network than it would go on with: a fine-tuning may have been made anew under the same number. */
function requireSameNetworks(trials: readonly StudyTrial[], networks: readonly StudyNetwork[]): void {
  for (const trial of trials) {
    const named = networks[trial.network]
    if (trial.measure !== 'digital' || named === undefined || named.network.report.sha256 === trial.sha256) continue
    fail('RUN_INVALID', named.name, `The network has the hash ${named.network.report.sha256.slice(0, 12)}…; the study was begun with ${trial.sha256.slice(0, 12)}….`, 'Start a new study.')
  }
}
