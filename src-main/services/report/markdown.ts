/** A report as Markdown (CommonMark with tables): figures are embedded as SVG data. */
import { formatCell, isNumeric, type Table } from '@shared/charts'
import type { Block, ReportDocument } from './document'
import { renderSvg } from './figure'

/** Plain text that no Markdown reader takes for markup or HTML. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, (space) => (/[\r\n]/.test(space) ? ' ' : space))
    .replace(/[\\`*_{}[\]<>|#~$&!]/g, (mark) => `\\${mark}`)
    // A word at the start of a line that would begin a list, a heading underline or a quotation.
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
}

/** A fence that the text cannot close. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

function table({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns.map((c) => escapeMarkdown(c.label))),
    line(columns.map((c) => (isNumeric(c) ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((cell, index) => {
      const column = columns[index]
      return column === undefined ? '' : escapeMarkdown(formatCell(cell, column))
    })))
  ].join('\n')
}

async function block(given: Block): Promise<string> {
  switch (given.kind) {
    case 'heading':
      return `${'#'.repeat(given.level)} ${escapeMarkdown(given.text)}`
    case 'paragraph':
      return escapeMarkdown(given.text)
    case 'note':
      return `> ${escapeMarkdown(given.text)}`
    case 'figures-of-merit':
      return given.figures.map((f) => `- ${escapeMarkdown(f.label)}: **${escapeMarkdown(f.value)}** (${escapeMarkdown(f.detail)})`).join('\n')
    case 'facts':
      return given.facts.map(([label, value]) => `- **${escapeMarkdown(label)}:** ${escapeMarkdown(value)}`).join('\n')
    case 'list':
      return given.items.map((i, index) => `${given.ordered ? `${index + 1}.` : '-'} ${i.lead === '' ? '' : `**${escapeMarkdown(i.lead)}.** `}${escapeMarkdown(i.text)}`).join('\n')
    case 'table':
      return given.table.rows.length === 0 ? '' : `${escapeMarkdown(given.caption)}\n\n${table(given.table)}`
    case 'chart': {
      const svg = await renderSvg(given.option, given.width, given.height)
      return `![${escapeMarkdown(given.caption)}](data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`
    }
    case 'code':
      return `${escapeMarkdown(given.caption)}\n\n${fenced(given.text)}`
  }
}

export async function renderMarkdown(document: ReportDocument): Promise<string> {
  const parts = [`# ${escapeMarkdown(document.title)}`, escapeMarkdown(document.subtitle)]
  for (const each of document.blocks) parts.push(await block(each))
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}
