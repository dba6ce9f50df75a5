/**
 * A report as a list of blocks, independent of its format: written once, rendered as HTML and as Markdown. All text is
 * plain text; renderers escape it.
 */
import type { EChartsOption } from 'echarts'
import type { Table } from '@shared/charts'

export interface KeyFigure {
  label: string
  value: string
  detail: string
}

export type Block =
  | { kind: 'heading'; level: 2 | 3 | 4; text: string }
  | { kind: 'paragraph'; text: string }
  /** Something that limits what the results say. */
  | { kind: 'note'; text: string }
  | { kind: 'figures-of-merit'; figures: readonly KeyFigure[] }
  | { kind: 'facts'; facts: readonly (readonly [label: string, value: string])[] }
  | { kind: 'list'; ordered: boolean; items: readonly { lead: string; text: string }[] }
  | { kind: 'table'; caption: string; table: Table }
  | { kind: 'chart'; caption: string; option: EChartsOption; width: number; height: number }
  | { kind: 'code'; caption: string; text: string }

export interface ReportDocument {
  title: string
  subtitle: string
  blocks: readonly Block[]
}
