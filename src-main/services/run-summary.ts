/** The row of a run in the run table. */
import { isDeepStrictEqual } from 'node:util'
import { fidelityWords, sweepValueLabel } from '@shared/charts'
import { comparedName } from '@shared/compared-network'
import { isFidelityResult } from '@shared/finetune'
import { originalName } from '@shared/study'
import { deviceBrief } from '@shared/hardware-settings'
import type { Hardware } from '@shared/hardware'
import type { Preprocessing } from '@shared/dataset'
import { problem, type Problem } from '@shared/problems'
import type { RunKind, RunRecord, RunSummary } from '@shared/run'
import type { Fidelity, Sweep } from '@shared/simulation'
import { sweepParameters } from '@shared/sweep'

/** What is kept in memory of a stored run; results stay on disk, they can be large. */
export interface RunEntry {
  id: string
  kind: RunKind
  createdAt: string
  /** The record with `result: null`, or null when run.json cannot be read. */
  record: RunRecord | null
  /** Why it cannot be read. */
  unreadable: Problem | null
  digitalTop1: number | null
  noisyTop1: number | null
  fidelity?: RunSummary['fidelity']
}

/** What a run depends on besides the settings stored in it. */
export interface RunBasis {
  networkSha256: string | null
  datasetSha256: string | null
  preprocessing: Preprocessing
  hardware: Hardware
}

const summaryOf = (fidelity: Fidelity): RunSummary['fidelity'] => ({ decibels: fidelity.decibels?.mean ?? null, words: fidelityWords(fidelity) })

/** Digital top-1 and the noisy top-1 that a table shows: of the last point, or after fine-tuning. */
export function runEntry(record: RunRecord): RunEntry {
  const base = { id: record.id, kind: record.kind, createdAt: record.createdAt, record: { ...record, result: null }, unreadable: null }
  if (record.result === null) return { ...base, digitalTop1: null, noisyTop1: null }
  if (record.kind === 'simulate') {
    const { digital, points, fidelity } = record.result
    const last = fidelity?.at(-1)?.fidelity
    return {
      ...base, digitalTop1: digital?.top1 ?? null, noisyTop1: points.at(-1)?.top1.mean ?? null,
      fidelity: last === undefined ? null : summaryOf(last)
    }
  }
  if (record.kind === 'curvature') return { ...base, digitalTop1: null, noisyTop1: null }
  if (record.kind === 'study') return { ...base, digitalTop1: record.result.networks[0]?.digital.top1 ?? null, noisyTop1: null }
  if (record.kind === 'attribute') return { ...base, digitalTop1: record.result.digital.top1, noisyTop1: record.result.all.top1.mean }
  if (isFidelityResult(record.result)) return { ...base, digitalTop1: null, noisyTop1: null, fidelity: summaryOf(record.result.after.noisy.fidelity) }
  const { digital, noisy } = record.result.after
  return { ...base, digitalTop1: digital.top1, noisyTop1: noisy.top1.mean }
}

/** A name does not change what is computed. */
const sameHardware = (a: Hardware, b: Hardware): boolean => isDeepStrictEqual({ ...a, name: '' }, { ...b, name: '' })

/** True when the project has another network, data set, preprocessing or hardware than the run was made with. */
export function isStale(record: RunRecord, basis: RunBasis): boolean {
  const { network, dataset } = record.provenance
  return (
    network.sha256 !== basis.networkSha256 ||
    dataset.sha256 !== basis.datasetSha256 ||
    !isDeepStrictEqual(dataset.preprocessing, basis.preprocessing) ||
    !sameHardware(record.config.hardware, basis.hardware)
  )
}

function describeSweep(sweep: Sweep): string {
  const { label } = sweepParameters[sweep.parameter]
  const written = sweep.values.map((value) => sweepValueLabel(value, sweep.parameter))
  const values = written.length > 3 ? `${written[0]} … ${written.at(-1)} (${written.length} points)` : written.join(', ')
  return `${label} ${values}`
}

/** The run in one line: what varies, the device, the representation, how much is computed. */
export function describeRun(record: RunRecord): string {
  const { hardware } = record.config
  const granularity = hardware.representation.scaleGranularity
  if (record.kind === 'finetune') {
    const { samples, epochs, learningRate } = record.config.settings
    return `HA-SGD at ${deviceBrief(hardware.device)} · ${granularity} · K ${samples} · ${epochs} epochs · learning rate ${learningRate}`
  }
  if (record.kind === 'attribute') {
    const { chipInstances, images } = record.config.settings
    const effects = [...new Set(record.activeEffects.map((effect) => effect.switch))].length
    return `${effects} ${effects === 1 ? 'effect' : 'effects'} · ${deviceBrief(hardware.device)} · ${granularity} · ${chipInstances} chip instances × ${images.count} images`
  }
  if (record.kind === 'curvature') {
    const { probes, eigenvalues, images, after } = record.config.settings
    const compared = after === null ? [] : [`compared with ${comparedName(after)}`]
    const counted = `${probes} probes, ${eigenvalues} ${eigenvalues === 1 ? 'eigenvalue' : 'eigenvalues'}`
    return [counted, deviceBrief(hardware.device), granularity, `${images.count} images`, ...compared].join(' · ')
  }
  if (record.kind === 'study') {
    const { tuned, scales, sweep, chipInstances, images } = record.config.settings
    const varied = [...(sweep === null ? [] : [describeSweep(sweep)]), ...(sweep === null || hardware.device.kind !== 'weight-referred' ? [deviceBrief(hardware.device)] : [])]
    return [[originalName, ...tuned.map(({ name }) => name)].join(', '), scales.join(', '), ...varied, `${chipInstances} chip instances × ${images.count} images`].join(' · ')
  }
  const { sweep, chipInstances, images } = record.config.settings
  const device = sweep === null || hardware.device.kind !== 'weight-referred' ? [deviceBrief(hardware.device)] : []
  const varied = [...(sweep === null ? [] : [describeSweep(sweep)]), ...device].join(' · ')
  return `${varied} · ${granularity} · ${chipInstances} chip instances × ${images.count} images`
}

/** The summary of a run; one that cannot be read is listed with its problem. */
export function summarize(entry: RunEntry, basis: RunBasis): RunSummary {
  const { record } = entry
  const figures = { id: entry.id, kind: entry.kind, createdAt: entry.createdAt, digitalTop1: entry.digitalTop1, noisyTop1: entry.noisyTop1, fidelity: entry.fidelity ?? null }
  if (record === null) {
    return {
      ...figures, name: entry.id, status: 'failed', progress: 0, network: '', dataset: '', description: '', stale: false,
      problem: entry.unreadable ?? problem('RUN_INVALID', entry.id, 'The run cannot be read.')
    }
  }
  return {
    ...figures, name: record.name, status: record.status, progress: record.progress,
    network: record.provenance.network.name, dataset: record.provenance.dataset.name, description: describeRun(record),
    stale: isStale(record, basis), problem: record.problem
  }
}
