/** A report as one HTML file: no script, nothing from outside, every text escaped. */
import { chartDescription, escapeHtml, formatCell, isNumeric, type Table } from '@shared/charts'
import type { Block, ReportDocument } from './document'
import { renderSvg } from './figure'
import { stylesheet } from './stylesheet'

function table({ columns, rows }: Table, caption: string): string {
  const head = columns.map((c) => `<th scope="col"${isNumeric(c) ? ' class="n"' : ''}>${escapeHtml(c.label)}</th>`).join('')
  const body = rows
    .map((row) => `<tr>${row.map((cell, index) => {
      const column = columns[index]
      if (column === undefined) return ''
      return `<td${isNumeric(column) ? ' class="n"' : ''}>${escapeHtml(formatCell(cell, column))}</td>`
    }).join('')}</tr>`)
    .join('\n')
  return `<div class="scroll"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`
}

/** Numbers headings and figures as it goes. */
class Writer {
  private sections = 0
  private figures = 0
  readonly contents: string[] = []

  async block(block: Block): Promise<string> {
    switch (block.kind) {
      case 'heading': {
        if (block.level !== 2) return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`
        this.sections++
        this.contents.push(`<li><a href="#s${this.sections}">${escapeHtml(block.text)}</a></li>`)
        return `<h2 id="s${this.sections}"><span class="number">${this.sections}</span>${escapeHtml(block.text)}</h2>`
      }
      case 'paragraph':
        return `<p>${escapeHtml(block.text)}</p>`
      case 'note':
        return `<p class="note">${escapeHtml(block.text)}</p>`
      case 'figures-of-merit':
        return `<ul class="key">${block.figures.map((f) => `<li><span class="label">${escapeHtml(f.label)}</span><span class="value">${escapeHtml(f.value)}</span><span class="detail">${escapeHtml(f.detail)}</span></li>`).join('')}</ul>`
      case 'facts':
        return `<dl>${block.facts.map(([label, value]) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>`
      case 'list': {
        const tag = block.ordered ? 'ol' : 'ul'
        return `<${tag} class="list">${block.items.map((i) => `<li>${i.lead === '' ? '' : `<strong>${escapeHtml(i.lead)}.</strong> `}${escapeHtml(i.text)}</li>`).join('')}</${tag}>`
      }
      case 'table':
        return block.table.rows.length === 0 ? '' : table(block.table, block.caption)
      case 'chart': {
        this.figures++
        const svg = await renderSvg(block.option, block.width, block.height)
        const description = escapeHtml(chartDescription(block.option))
        return `<figure><div role="img" aria-label="${description}">${svg}</div><figcaption><b>Figure ${this.figures}.</b> ${escapeHtml(block.caption)}</figcaption></figure>`
      }
      case 'code':
        return `<div class="code"><p>${escapeHtml(block.caption)}</p><pre><code>${escapeHtml(block.text)}</code></pre></div>`
    }
  }
}

/** Allows the styles of this file and nothing else, should an escape ever fail. */
const contentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

export async function renderHtml(document: ReportDocument): Promise<string> {
  const writer = new Writer()
  const parts: string[] = []
  for (const block of document.blocks) parts.push(await writer.block(block))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Analog CIM Studio">
<title>${escapeHtml(document.title)}</title>
<style>${stylesheet}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(document.title)}</h1>
<p>${escapeHtml(document.subtitle)}</p>
</header>
<nav aria-label="Contents"><ol>${writer.contents.join('')}</ol></nav>
${parts.join('\n')}
</main>
</body>
</html>
`
}
