/** All component figures, in the order of the screen. Adding one is an entry in the file of its group. */
import { assumptionFigures } from './assumptions'
import { cellFigures } from './cells'
import { converterFigures } from './converters'
import { digitalFigures } from './digital'
import type { Figure, FigureGroup } from './figure'

const table = { ...converterFigures, ...cellFigures, ...digitalFigures, ...assumptionFigures }
export type FigureId = keyof typeof table
export const figureIds = Object.keys(table) as [FigureId, ...FigureId[]]
export const figures: Readonly<Record<FigureId, Figure>> = table

export const figureGroups: Readonly<Record<FigureGroup, string>> = { converters: 'Converters', cells: 'Cells and reads', digital: 'Digital logic', assumptions: 'Design' }
export type { Figure, FigureGroup, FigureStatus } from './figure'
