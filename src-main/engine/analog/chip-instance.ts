/**
 * One chip instance: one draw of programmed devices for every stored parameter. Shared by simulation (one draw per
 * chip instance) and training (a fresh draw per step and sample).
 */
import { hardwareInForce, layerHardware, storedValuesDiffer, type Hardware, type HardwareInForce } from '@shared/hardware'
import { fillNormal, type StreamName } from '../random/streams'
import type { Component, ProgrammedParameter } from './chip/components'
import { ConductanceParameter, drawConverters } from './chip/conductance-parameter'
import { programWeightReferred } from './chip/weight-referred-parameter'
import { assignScaleGroups, computeScales, type Scales, type StoredParameter } from './scales'
import { channelOfElements } from './tile-channels'
import { tileGrid } from './tiling'

/** Turns nominal parameter values into what a chip represents. */
export class Programmer {
  private readonly assignment
  private readonly hardwareOf: (parameter: StoredParameter) => Hardware
  private readonly forces: readonly HardwareInForce[]
  private scales: Scales | null = null
  private deviceError: { sigma?: number; mu?: number } = {}

  /**
   * @param parameters Those that sit in analog cells.
   * @param layerNames Node names of the network's analog layers, in order.
   */
  constructor(
    private readonly parameters: readonly StoredParameter[],
    layerNames: readonly string[],
    hardware: Hardware
  ) {
    this.hardwareOf = hardwareByParameter(layerNames, hardware)
    this.forces = parameters.map((parameter) => hardwareInForce(this.hardwareOf(parameter)))
    this.assignment = assignScaleGroups(parameters, this.hardwareOf)
  }

  /** True when a programmed chip differs from the nominal values at all. */
  get acts(): boolean {
    return this.forces.some(storedValuesDiffer)
  }

  /** Fixes the scales from the current nominal `values`; call again whenever they change. */
  setScales(values: readonly Float32Array[]): Scales {
    this.scales = computeScales(this.parameters, values, this.assignment, this.hardwareOf)
    return this.scales
  }

  /** Other σ and μ than the description's from now on, where the device is weight-referred; what is left out is the description's. */
  setDeviceError(error: { sigma?: number; mu?: number }): void {
    this.deviceError = error
  }

  /** What acts on a parameter, with the error that was set. */
  private forceOf(p: number): HardwareInForce {
    const force = this.forces[p]!
    const { weightReferred } = force
    return weightReferred === null || !force.programmingError ? force : { ...force, weightReferred: { ...weightReferred, ...this.deviceError } }
  }

  /**
   * Programs one chip and gives what programs need of each parameter.
   * @param streamFor The stream of each parameter by its position.
   */
  chip(values: readonly Float32Array[], streamFor: (parameter: number) => StreamName): ProgrammedParameter[] {
    const scales = this.scales ?? this.setScales(values)
    return this.parameters.map((_, p) => this.programParameter(p, values[p]!, scales[p]!, streamFor(p), 1))
  }

  /**
   * The represented values of one chip, for training: one read of all cells, where reads have noise.
   * @param targets One array per parameter, overwritten.
   * @param sign −1 for the antithetic partner of the same draw; weight-referred devices only.
   */
  program(targets: readonly Float32Array[], values: readonly Float32Array[], streamFor: (parameter: number) => StreamName, sign: 1 | -1 = 1): void {
    const scales = this.scales ?? this.setScales(values)
    targets.forEach((target, p) => {
      const force = this.forceOf(p)
      if (force.weightReferred !== null) programWeightReferred(target, values[p]!, scales[p]!, force, streamFor(p), sign)
      else readOnce(target, this.programParameter(p, values[p]!, scales[p]!, streamFor(p), sign), force, streamFor(p))
    })
  }

  private programParameter(p: number, values: Float32Array, scale: number | Float32Array, stream: StreamName, sign: 1 | -1): ProgrammedParameter {
    const parameter = this.parameters[p]!
    const force = this.forceOf(p)
    const { layout } = parameter
    const grid = layout === null ? null : tileGrid(layout, this.hardwareOf(parameter).array)
    if (force.conductance !== null) {
      if (sign === -1) throw new Error('Cells have no mirror image')
      return new ConductanceParameter({ parameter, grid, force, device: force.conductance, values, scale, stream })
    }
    const represented = (): Float32Array => {
      const target = new Float32Array(values.length)
      programWeightReferred(target, values, scale, force, stream, sign)
      return target
    }
    return {
      component(component: Component): Float32Array {
        if (component.kind === 'value') return represented()
        if (component.kind === 'nominal') return values
        if (layout === null || grid === null) throw new Error(`A bias has no ${component.kind}`)
        const { gainErrors, offsets } = drawConverters(force, layout.groups * grid.rowTiles * layout.columns, stream, 0, parameter)
        if (component.kind === 'offset') return offsets
        if (component.kind !== 'array') throw new Error(`The weight-referred device has no ${component.kind}`)
        if (gainErrors === null) return represented()
        const channels = channelOfElements(layout, grid)
        return represented().map((value, i) => value * (1 + gainErrors[channels[i]!]!))
      }
    }
  }
}

function readOnce(target: Float32Array, programmed: ProgrammedParameter, { readNoise }: HardwareInForce, stream: StreamName): void {
  const values = programmed.component({ kind: 'value' })
  target.set(values)
  if (!readNoise) return
  const variances = programmed.component({ kind: 'value-variance' })
  const deviates = new Float32Array(values.length)
  fillNormal(deviates, { seed: stream.seed, purpose: 'read', ...(stream.at === undefined ? {} : { at: stream.at }) })
  for (let i = 0; i < target.length; i++) target[i] = values[i]! + Math.sqrt(variances[i]!) * deviates[i]!
}

/** What holds for a parameter: the description with the sections of its layer. */
export function hardwareByParameter(layerNames: readonly string[], hardware: Hardware): (parameter: StoredParameter) => Hardware {
  const byLayer = layerNames.map((_, index) => layerHardware(hardware, layerNames, index))
  // Layers that share arrays have the same settings unless they are digital. What no layer stores needs no description.
  return ({ uses }) => uses.flatMap((layer) => byLayer[layer] ?? []).find((resolved) => resolved !== 'digital') ?? hardware
}

/** Size of the pool of standard normal deviates that reads of one chip draw windows from. */
export const normalPoolRows = 16_384
export const normalPoolRowLength = 64

/** The pool of one chip instance. */
export function normalPool(seed: number, chipInstance: number): Float32Array {
  const pool = new Float32Array(normalPoolRows * normalPoolRowLength)
  fillNormal(pool, { seed, purpose: 'readPool', at: [chipInstance] })
  return pool
}
