/** Where on the screen a problem of the description belongs, from its dotted path. Names of layers may contain dots. */
import type { Hardware } from '@shared/hardware'
import { sectionFields, sectionOfPath, sectionTitles, type SectionId } from './sections'

export interface ProblemPlace {
  /** Null: the description itself. */
  layer: string | null
  /** Null: none of the sections (the name, layers, the version). */
  section: SectionId | null
  /** In words: `Layer conv1, Array: Rows`. */
  words: string
}

const prefix = /^(?:settings\.)?hardware\.?/

/** Null for a path outside the hardware description. */
export function problemPlace(where: string, hardware: Hardware): ProblemPlace | null {
  if (!prefix.test(where)) return null
  const path = where.replace(prefix, '')
  const layer = path.startsWith('layers.') ? layerOf(path.slice('layers.'.length), hardware) : null
  const below = layer === null ? path : path.slice(`layers.${layer}.`.length)
  const section = sectionOfPath(below)
  const inSection = section === null || section === 'calibration' ? below : below.split('.').slice(1).join('.')
  const field = section === null ? undefined : sectionFields(section, hardware).find((candidate) => candidate.path === inSection)
  const place = section === null ? below : `${sectionTitles[section]}${field === undefined ? '' : `: ${field.label}`}`
  return { layer, section, words: layer === null ? place || 'Description' : `Layer ${layer}, ${place}` }
}

/** The longest name of a layer that the path begins with. */
function layerOf(path: string, hardware: Hardware): string | null {
  const names = Object.keys(hardware.layers).filter((name) => path === name || path.startsWith(`${name}.`))
  return names.sort((a, b) => b.length - a.length)[0] ?? null
}
