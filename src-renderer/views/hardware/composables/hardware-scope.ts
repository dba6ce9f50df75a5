/**
 * What the sections on the left edit: the description, or what one layer has for itself. Provided by the screen, so that the
 * same forms serve both.
 */
import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import { adcRangeSchema, dacRangeSchema, type Hardware } from '@shared/hardware'
import { useHardwareCheck } from '../../../stores/hardware-check'
import { withValueAt } from '../../../components/fields/value-at'
import { resolvedFor, withoutOwnSection, withOwnSection } from '../logic/layers'
import { pathInDescription, type LayerSection, type SectionId } from '../logic/sections'
import { useHardware } from './use-hardware'

export interface HardwareScope {
  /** Null: the description itself. */
  layer: Ref<string | null>
  /** What holds here. */
  hardware: ComputedRef<Hardware>
  /** The section is the scope's own: always in the description, where it is overridden in a layer. */
  isOwn(section: SectionId): boolean
  makeOwn(section: LayerSection): void
  reset(section: LayerSection): void
  /** Full path of a field in the settings. */
  pathOf(section: SectionId, path: string): string
  problemAt(section: SectionId, path: string): string | null
  /** Sets one documented field; `path` is below the section. */
  set(section: SectionId, path: string, value: unknown): void
  /** Replaces a whole section. */
  setSection<S extends LayerSection>(section: S, value: Hardware[S]): void
}

const scopeKey: InjectionKey<HardwareScope> = Symbol('hardwareScope')

export function provideHardwareScope(layer: Ref<string | null>): HardwareScope {
  const { hardware: description, replace } = useHardware()
  const check = useHardwareCheck()
  const hardware = computed(() => (layer.value === null ? description.value : resolvedFor(description.value, layer.value)))
  const below = (path: string): string => (layer.value === null ? path : `layers.${layer.value}.${path}`)

  function change(key: string, next: (now: Hardware) => Hardware): void {
    const name = layer.value
    replace(below(key), (now) => {
      if (name === null) return next(now)
      const section = key.split('.')[0] as LayerSection
      const changed = next(resolvedFor(now, name))
      return { ...now, layers: { ...now.layers, [name]: { ...(now.layers[name] ?? { digital: false }), [section]: changed[section] } } }
    })
  }
  const scope: HardwareScope = {
    layer,
    hardware,
    isOwn: (section) => layer.value === null || (section !== 'calibration' && description.value.layers[layer.value]?.[section] !== undefined),
    makeOwn(section) {
      const name = layer.value
      if (name !== null) replace(below(section), (now) => withOwnSection(now, name, section))
    },
    reset(section) {
      const name = layer.value
      if (name !== null) replace(below(`${section}.reset`), (now) => withoutOwnSection(now, name, section))
    },
    pathOf: (section, path) => `hardware.${below(pathInDescription(section, path))}`,
    problemAt: (section, path) => check.at(`hardware.${below(pathInDescription(section, path))}`),
    set(section, path, value) {
      const full = pathInDescription(section, path)
      change(full, (now) => (path === 'range.kind' ? withRange(now, section, value) : withValueAt(now, full, value)))
    },
    setSection(section, value) {
      change(section, (now) => ({ ...now, [section]: value }))
    }
  }
  provide(scopeKey, scope)
  return scope
}

/** Another kind of range begins with the defaults of that kind. */
function withRange(now: Hardware, section: SectionId, kind: unknown): Hardware {
  if (section === 'dac') return { ...now, dac: { ...now.dac, range: dacRangeSchema.parse({ kind }) } }
  return { ...now, adc: { ...now.adc, range: adcRangeSchema.parse({ kind }) } }
}

export function useHardwareScope(): HardwareScope {
  const scope = inject(scopeKey)
  if (scope === undefined) throw new Error('There is no hardware scope here: the screen provides it.')
  return scope
}

