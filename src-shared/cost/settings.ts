/**
 * The figures that a person has changed. Everything else is the published value, so a better default reaches every
 * project; a changed figure carries the source that its owner gives.
 */
import { z } from 'zod'
import { figureIds, figures, type FigureId } from './figures'

const changedFigure = (id: FigureId) => {
  const { minimum, maximum, integer, status } = figures[id]
  const number = (integer === true ? z.int() : z.number()).min(minimum).max(maximum)
  return z.strictObject({
    /** In the unit of the figure; null takes the figure out of the estimate (assumptions cannot be left out). */
    value: status === 'assumption' ? number : number.nullable(),
    /** Where it comes from, in the words of who entered it. */
    source: z.string().max(500).default('')
  })
}

const shape = Object.fromEntries(figureIds.map((id) => [id, changedFigure(id).optional()])) as { [K in FigureId]: z.ZodOptional<ReturnType<typeof changedFigure>> }

export const costSettingsSchema = z.strictObject({ figures: z.strictObject(shape).prefault({}) })
export type CostSettings = z.infer<typeof costSettingsSchema>
export type ChangedFigures = CostSettings['figures']

/** A file of figures: `acim cost --figures F.json`. */
export const figuresFileSchema = z.strictObject({ schemaVersion: z.literal(1).default(1), ...costSettingsSchema.shape })

/** The figures that an estimate uses. */
export interface FiguresInForce {
  /** In SI units; null where nothing is known. */
  si(id: FigureId): number | null
  /** In the unit of the figure. */
  value(id: FigureId): number | null
  changed(id: FigureId): boolean
  /** One line: the citation, or what its owner wrote. */
  source(id: FigureId): string
}

export function figuresInForce(changes: ChangedFigures): FiguresInForce {
  const value = (id: FigureId): number | null => {
    const change = changes[id]
    return change === undefined ? figures[id].value : change.value
  }
  return {
    value,
    si(id) {
      const own = value(id)
      return own === null ? null : own * figures[id].toSi
    },
    changed: (id) => changes[id] !== undefined,
    source(id) {
      const change = changes[id]
      if (change !== undefined) return change.source === '' ? 'Entered here, no source given' : change.source
      return figures[id].source?.text ?? figures[id].derivation
    }
  }
}
