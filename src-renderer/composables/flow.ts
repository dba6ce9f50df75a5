/** The steps of the work, in the order of the rail, and how far each has come. */
import { ChartLine, Cpu, Database, FileText, Grid3x3, ListTree, Share2, TrendingUp } from '@lucide/vue'
import type { Component } from 'vue'
import { hardwareProblems } from '@shared/hardware'
import { deviceName } from '@shared/hardware-settings'
import type { Job } from '@shared/job'
import type { ProjectState } from '@shared/project'
import type { RunKind } from '@shared/run'
import { percent } from '@shared/charts'

export const stepIds = ['model', 'data', 'device', 'hardware', 'simulate', 'finetune', 'results', 'report'] as const
export type StepId = (typeof stepIds)[number]
export type StepStatus = 'todo' | 'done' | 'warning' | 'running'

export const steps: Record<StepId, { label: string; icon: Component }> = {
  model: { label: 'Model', icon: Share2 },
  data: { label: 'Data', icon: Database },
  device: { label: 'Device', icon: Cpu },
  hardware: { label: 'Hardware', icon: Grid3x3 },
  simulate: { label: 'Simulate', icon: ChartLine },
  finetune: { label: 'Fine-tune', icon: TrendingUp },
  results: { label: 'Results', icon: ListTree },
  report: { label: 'Report', icon: FileText }
}

export interface StepState {
  status: StepStatus
  /** Why, in a few words: tooltip and text for screen readers. */
  note: string
}

/** Whether images and network fit together; null when there is nothing to say. */
export function fitProblem(state: ProjectState): string | null {
  if (state.network === null || state.dataset === null) return null
  const classes = state.dataset.classNames.length
  if (state.network.output.classes > 0 && classes > state.network.output.classes) return `The data has ${classes} classes, the network ${state.network.output.classes}.`
  const shape = state.network.input.shape.slice(1)
  const pixels = shape.reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1)
  const dataPixels = state.dataset.shape.reduce((product, size) => product * size, 1)
  return pixels === dataPixels ? null : `The network takes ${shape.join('×')}, the images are ${state.dataset.shape.join('×')}.`
}

/** What the rail shows for each step. */
export function stepStates(state: ProjectState, jobs: readonly Job[]): Record<StepId, StepState> {
  const unsupported = state.network?.nodes.filter((node) => node.placement === 'unsupported').length ?? 0
  const fit = fitProblem(state)
  const device = state.settings.hardware.device
  const errors = hardwareProblems(state.settings.hardware).filter(({ severity }) => severity === 'error').length
  const ofKinds = (...kinds: RunKind[]): StepState => {
    const runs = state.runs.filter((run) => kinds.includes(run.kind))
    if (jobs.some((job) => job.status === 'running' && runs.some((run) => run.id === job.runId))) return { status: 'running', note: 'running' }
    const finished = runs.filter((run) => run.status === 'finished')
    const fresh = finished.filter((run) => !run.stale)
    if (fresh.length > 0) return { status: 'done', note: `${fresh.length} finished ${fresh.length === 1 ? 'run' : 'runs'}` }
    if (finished.length > 0) return { status: 'warning', note: 'all runs are stale: what they depend on has changed' }
    if (runs.some((run) => run.status === 'failed')) return { status: 'warning', note: 'the last run failed' }
    return { status: 'todo', note: 'not yet run' }
  }
  const finished = state.runs.filter((run) => run.status === 'finished').length
  const results: StepState = finished > 0 ? { status: 'done', note: `${finished} finished ${finished === 1 ? 'run' : 'runs'}` } : { status: 'todo', note: 'no finished run yet' }
  return {
    model:
      state.network === null
        ? { status: 'todo', note: 'no network yet' }
        : unsupported > 0
          ? { status: 'warning', note: `${unsupported} unsupported ${unsupported === 1 ? 'node' : 'nodes'}` }
          : { status: 'done', note: `${state.network.name}, ${state.network.analogLayers} analog layers` },
    data:
      state.dataset === null
        ? { status: 'todo', note: 'no data set yet' }
        : fit !== null
          ? { status: 'warning', note: fit }
          : { status: 'done', note: `${state.dataset.name}, ${state.dataset.count} images` },
    device: { status: 'done', note: deviceName(device) },
    hardware: errors === 0 ? { status: 'done', note: state.settings.hardware.name } : { status: 'warning', note: `${errors} ${errors === 1 ? 'error' : 'errors'}: runs cannot be started` },
    simulate: ofKinds('simulate', 'attribute', 'curvature', 'study'),
    finetune: ofKinds('finetune'),
    results,
    report: finished > 0 ? { status: 'todo', note: 'ready to be made' } : { status: 'todo', note: 'needs a finished run' }
  }
}

/** The screen on which a setting is edited, from its dotted path; null when the path is not a setting. */
export function stepOfField(where: string): StepId | null {
  const path = where.replace(/^settings\./, '')
  if (path.startsWith('hardware.device')) return 'device'
  if (path.startsWith('hardware')) return 'hardware'
  if (path.startsWith('preprocessing')) return 'data'
  if (path.startsWith('simulation') || path.startsWith('sweep') || path.startsWith('attribution') || path.startsWith('curvature') || path.startsWith('study')) return 'simulate'
  if (path.startsWith('finetune')) return 'finetune'
  return null
}

/** `98.1 %` or an en dash: accuracies in tables and badges. */
export const accuracyText = (fraction: number | null): string => percent(fraction, 1)
