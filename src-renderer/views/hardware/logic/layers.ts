/** The analog-capable layers of the network with what holds for each, and the edits of what one layer has for itself. */
import { layerHardware, type Hardware, type LayerOverride } from '@shared/hardware'
import type { NetworkReport, TileCount } from '@shared/network'
import { layerSections, type LayerSection } from './sections'

export interface LayerRow {
  /** Place among the analog-capable layers, from 1. */
  position: number
  name: string
  operator: string
  /** `576×128`, with `×16` for groups. */
  matrix: string
  rows: number
  digital: boolean
  /** Sections of its own, in the order of the screen. */
  own: readonly LayerSection[]
  /** Its arrays; null where it is digital, or not counted yet. */
  tiles: TileCount | null
}

/** Names of the layers that can be analog, in the order of computation. */
export const layerNames = (network: NetworkReport | null): string[] => network?.nodes.filter(({ placement }) => placement === 'analog').map(({ name }) => name) ?? []

export const ownSections = (override: LayerOverride | undefined): LayerSection[] => (override === undefined ? [] : layerSections.filter((section) => override[section] !== undefined))

export function layerRows(network: NetworkReport | null, hardware: Hardware, tiles: readonly TileCount[]): LayerRow[] {
  const names = layerNames(network)
  const counts = new Map(tiles.map((count) => [count.node, count]))
  return names.map((name, index) => {
    const node = network?.nodes.find((candidate) => candidate.name === name)
    const matrix = node?.matrix ?? null
    const digital = layerHardware(hardware, names, index) === 'digital'
    return {
      position: index + 1, name, operator: node?.opType ?? '',
      matrix: matrix === null ? '' : `${matrix.rows}×${matrix.columns}${matrix.groups > 1 ? ` ×${matrix.groups}` : ''}`,
      rows: matrix?.rows ?? 0,
      digital, own: ownSections(hardware.layers[name]),
      tiles: digital ? null : (counts.get(name) ?? null)
    }
  })
}

/** Names with settings of their own that the network does not have (any more). */
export const strangeLayers = (network: NetworkReport | null, hardware: Hardware): string[] => {
  const known = new Set(layerNames(network))
  return Object.keys(hardware.layers).filter((name) => !known.has(name))
}

/** What holds for a layer apart from whether it is digital: the description with the sections of its own. */
export function resolvedFor(hardware: Hardware, layer: string): Hardware {
  const { digital: _digital, ...sections } = hardware.layers[layer] ?? { digital: false }
  return { ...hardware, ...Object.fromEntries(Object.entries(sections).filter(([, section]) => section !== undefined)) }
}

/** `layers` with the override of one replaced; one that says nothing is left out. */
function withOverride(hardware: Hardware, layer: string, override: LayerOverride): Hardware {
  const { [layer]: _before, ...others } = hardware.layers
  const given = Object.fromEntries(Object.entries(override).filter(([, section]) => section !== undefined)) as LayerOverride
  return { ...hardware, layers: given.digital || ownSections(given).length > 0 ? { ...others, [layer]: given } : others }
}

const overrideOf = (hardware: Hardware, layer: string): LayerOverride => hardware.layers[layer] ?? { digital: false }

/**
 * Makes a layer digital or analog. The first and the last layer may be digital by their place: that is taken back where one of
 * them is to be analog.
 */
export function withLayerDigital(hardware: Hardware, names: readonly string[], layer: string, digital: boolean): Hardware {
  const override = overrideOf(hardware, layer)
  if (digital) return withOverride(hardware, layer, { ...override, digital })
  const { first, last } = hardware.digitalLayers
  const digitalLayers = { first: first && layer !== names[0], last: last && layer !== names.at(-1) }
  return withOverride({ ...hardware, digitalLayers }, layer, { ...override, digital })
}

export const withFirstAndLastDigital = (hardware: Hardware, digital: boolean): Hardware => ({ ...hardware, digitalLayers: { first: digital, last: digital } })

/** The layer gets the section for itself, with the values that hold for all. */
export const withOwnSection = (hardware: Hardware, layer: string, section: LayerSection): Hardware =>
  withOverride(hardware, layer, { ...overrideOf(hardware, layer), [section]: structuredClone(hardware[section]) })

/** The layer follows all others again. */
export function withoutOwnSection(hardware: Hardware, layer: string, section: LayerSection): Hardware {
  const { [section]: _section, ...rest } = overrideOf(hardware, layer)
  return withOverride(hardware, layer, rest)
}

export function withoutLayer(hardware: Hardware, layer: string): Hardware {
  const { [layer]: _layer, ...layers } = hardware.layers
  return { ...hardware, layers }
}
