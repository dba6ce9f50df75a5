/**
 * The estimate: counts of an inventory times figures. A figure that is missing takes out what needs it, and the estimate
 * says so: what is left is then a lower bound.
 */
import { z } from 'zod'
import { areaIds, areaTerms, layerTime, type AreaId } from './area-and-time'
import { componentIds, energyTerms, type ComponentId } from './energy'
import { figureIds, figures, type FigureId } from './figures'
import { macsOf, type CostInventory, type CostLayer } from './inventory'
import { layerCounts, quantityIds, sharingOf, sumCounts, type Counts } from './quantities'
import type { FiguresInForce } from './settings'

const amount = z.number().min(0)
/** A record with one entry for each of `keys`. */
const perKey = <K extends string>(keys: readonly [K, ...K[]], value: z.ZodType<number | null>) => z.record(z.enum(keys), value)

export const layerEstimateSchema = z.strictObject({
  node: z.string(),
  operator: z.string(),
  kind: z.enum(['analog', 'digital']),
  macs: amount,
  counts: z.record(z.enum(quantityIds), amount),
  /** Joules by component; null: a figure is missing. */
  energy: perKey(componentIds, amount.nullable()),
  /** Sum of what is known. */
  joules: amount,
  seconds: amount.nullable(),
  /** Square metres by part. */
  area: perKey(areaIds, amount.nullable()),
  squareMetres: amount
})
export type LayerEstimate = z.infer<typeof layerEstimateSchema>

export const missingFigureSchema = z.strictObject({
  figure: z.enum(figureIds),
  /** What is left out without it, in plain words. */
  without: z.array(z.string()),
  layers: z.int()
})
export type MissingFigure = z.infer<typeof missingFigureSchema>

export const costEstimateSchema = z.strictObject({
  network: z.string(),
  layers: z.array(layerEstimateSchema),
  counts: z.record(z.enum(quantityIds), amount),
  macs: amount,
  /** Joules of one image by component: sums of what is known. */
  energy: z.record(z.enum(componentIds), amount),
  joules: amount,
  /** Components of which some layer's part is missing; `joules` is then a lower bound. */
  energyUnknown: z.array(z.enum(componentIds)),
  /** Layers one after another. */
  secondsSerial: amount,
  /** Layers as the stages of a pipeline: the slowest sets the time from image to image. */
  secondsSlowest: amount,
  slowestLayer: z.string().nullable(),
  timeComplete: z.boolean(),
  area: z.record(z.enum(areaIds), amount),
  squareMetres: amount,
  areaUnknown: z.array(z.enum(areaIds)),
  missing: z.array(missingFigureSchema)
})
export type CostEstimate = z.infer<typeof costEstimateSchema>

/** What no figure is there for, by figure. */
class Missing {
  private readonly found = new Map<FigureId, { without: Set<string>; layers: Set<string> }>()

  /** `compute`'s value, or null after noting what is missing. */
  try(figuresInForce: FiguresInForce, needs: readonly FigureId[], what: string, node: string, compute: (figure: (id: FigureId) => number) => number): number | null {
    const absent = needs.filter((id) => figuresInForce.si(id) === null)
    for (const id of absent) {
      const entry = this.found.get(id) ?? { without: new Set(), layers: new Set() }
      entry.without.add(what)
      entry.layers.add(node)
      this.found.set(id, entry)
    }
    if (absent.length > 0) return null
    return compute((id) => {
      const value = figuresInForce.si(id)
      if (value === null) throw new Error(`The figure ${id} is used but not listed as needed`)
      return value
    })
  }

  list(): MissingFigure[] {
    return figureIds.flatMap((figure) => {
      const entry = this.found.get(figure)
      return entry === undefined ? [] : [{ figure, without: [...entry.without], layers: entry.layers.size }]
    })
  }
}

/** The figures for one layer: a device that states the duration of its reads is read for so long, unless a value was entered. */
function figuresFor(layer: CostLayer, all: FiguresInForce): FiguresInForce {
  const seconds = layer.kind === 'analog' ? layer.deviceReadSeconds : null
  if (seconds === null || all.changed('readTime')) return all
  return { ...all, si: (id) => (id === 'readTime' ? seconds : all.si(id)), value: (id) => (id === 'readTime' ? seconds / figures.readTime.toSi : all.value(id)) }
}

export function estimateCost(inventory: CostInventory, inForce: FiguresInForce): CostEstimate {
  const sharing = sharingOf(inForce)
  const missing = new Missing()
  const layers = inventory.layers.map((layer) => estimateLayer(layer, layerCounts(layer, sharing), figuresFor(layer, inForce), missing))
  const sum = (of: (layer: LayerEstimate) => number | null): number => layers.reduce((total, layer) => total + (of(layer) ?? 0), 0)
  const slowest = slowestStage(inventory.layers, layers)
  return {
    network: inventory.network,
    layers,
    counts: sumCounts(layers.map(({ counts }) => counts)),
    macs: sum(({ macs }) => macs),
    energy: sumBy(componentIds, (id) => sum(({ energy }) => energy[id])),
    joules: sum(({ joules }) => joules),
    energyUnknown: componentIds.filter((id) => layers.some(({ energy }) => energy[id] === null)),
    secondsSerial: sum(({ seconds }) => seconds),
    secondsSlowest: slowest?.seconds ?? 0,
    slowestLayer: slowest?.node ?? null,
    timeComplete: layers.every(({ seconds }) => seconds !== null),
    area: sumBy(areaIds, (id) => sum(({ area }) => area[id])),
    squareMetres: sum(({ squareMetres }) => squareMetres),
    areaUnknown: areaIds.filter((id) => layers.some(({ area }) => area[id] === null)),
    missing: missing.list()
  }
}

/** The slowest stage of a pipeline, under the name of its first layer: layers on the same arrays take turns at them. */
function slowestStage(layers: readonly CostLayer[], estimates: readonly LayerEstimate[]): { node: string; seconds: number } | null {
  const stages = new Map<string, number>()
  estimates.forEach(({ node, seconds }, index) => {
    const layer = layers[index]
    const stage = (layer?.kind === 'analog' ? layer.sharesArraysOf : null) ?? node
    stages.set(stage, (stages.get(stage) ?? 0) + (seconds ?? 0))
  })
  return [...stages].reduce<{ node: string; seconds: number } | null>((most, [node, seconds]) => (seconds > (most?.seconds ?? 0) ? { node, seconds } : most), null)
}

function estimateLayer(layer: CostLayer, counts: Counts, inForce: FiguresInForce, missing: Missing): LayerEstimate {
  const energy = valuesBy(componentIds, (id: ComponentId) => {
    const term = energyTerms[id]
    return missing.try(inForce, term.needs(layer, counts), `energy: ${term.label}`, layer.node, (figure) => term.joules(layer, counts, figure))
  })
  const area = valuesBy(areaIds, (id: AreaId) => {
    const term = areaTerms[id]
    return missing.try(inForce, term.needs(layer, counts), `area: ${term.label}`, layer.node, (figure) => term.squareMetres(layer, counts, figure))
  })
  const known = (values: Record<string, number | null>): number => Object.values(values).reduce<number>((total, value) => total + (value ?? 0), 0)
  return {
    node: layer.node, operator: layer.operator, kind: layer.kind, macs: macsOf(layer), counts,
    energy, joules: known(energy),
    seconds: missing.try(inForce, layerTime.needs(layer), 'time', layer.node, (figure) => layerTime.seconds(layer, counts, figure)),
    area, squareMetres: known(area)
  }
}

const valuesBy = <K extends string>(ids: readonly K[], of: (id: K) => number | null): Record<K, number | null> => Object.fromEntries(ids.map((id) => [id, of(id)])) as Record<K, number | null>
const sumBy = <K extends string>(ids: readonly K[], of: (id: K) => number): Record<K, number> => Object.fromEntries(ids.map((id) => [id, of(id)])) as Record<K, number>
