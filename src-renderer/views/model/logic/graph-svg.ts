/** A laid-out graph as an SVG file of its own: title, legend, every node with its text, every wire. No script, no reference. */
import type { GraphNode, NetworkGraph } from './network-graph'
import { operatorOfNodeId } from './network-graph'
import type { GraphLayout, PlacedEdge, PlacedNode } from './wrap-columns'

export interface GraphDrawing {
  graph: NetworkGraph
  layout: GraphLayout
  title: string
  colors: Record<'surface' | 'text' | 'muted' | 'border' | 'analog' | 'analogSoft' | 'digitalSoft' | 'unsupported' | 'unsupportedSoft', string>
}

/** Text of a file that a stranger made, safe in XML: markup escaped, what XML 1.0 forbids (control characters, lone surrogates) replaced. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
  return text
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[^\t\n\r\u0020-\ud7ff\ud800-\udfff\ue000-\ufffd]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

const margin = 24
const headHeight = 64
const legendWidth = 420
const round = (value: number): number => Math.round(value * 10) / 10

function nodeShape(node: GraphNode, box: PlacedNode, colors: GraphDrawing['colors']): string {
  const { x, y, width: w, height: h } = box
  if (node.placement === 'unsupported') {
    const c = 8
    return `<path d="M${round(x + c)} ${round(y)}h${round(w - 2 * c)}l${c} ${c}v${round(h - 2 * c)}l${-c} ${c}h${round(2 * c - w)}l${-c} ${-c}v${round(2 * c - h)}z" fill="${colors.unsupportedSoft}" stroke="${colors.unsupported}" stroke-width="2" stroke-dasharray="4 3"/>`
  }
  const analog = node.placement === 'analog'
  const fill = analog ? colors.analogSoft : node.placement === 'digital' ? colors.digitalSoft : colors.surface
  const stroke = analog ? colors.analog : node.placement === 'digital' ? colors.border : colors.muted
  const rect = (shift: number): string =>
    `<rect x="${round(x + shift)}" y="${round(y + shift)}" width="${round(w)}" height="${round(h)}" rx="${node.placement === null ? 20 : 5}" fill="${fill}" stroke="${stroke}" stroke-width="${analog ? 2 : 1}"/>`
  // A pile for repeated blocks.
  return node.kind === 'block' ? rect(5) + rect(0) : rect(0)
}

function nodeGroup(node: GraphNode, box: PlacedNode, colors: GraphDrawing['colors']): string {
  const centre = round(box.x + box.width / 2)
  const middle = box.y + box.height / 2
  const color = node.placement === 'analog' || node.placement === 'unsupported' || node.kind === 'block' ? colors.text : colors.muted
  const line = (text: string, y: number, weight: number): string => `<text x="${centre}" y="${round(y)}" fill="${color}" font-weight="${weight}">${escapeXml(text)}</text>`
  const mark = node.placement === 'unsupported' ? '⚠ ' : ''
  const hint = operatorOfNodeId(node.id) ?? node.title
  return `<g><title>${escapeXml(hint)}</title>${nodeShape(node, box, colors)}${line(mark + node.title, middle - 4, node.placement === 'analog' ? 600 : 500)}${line(node.subtitle, middle + 13, 400)}</g>`
}

const edgePath = (edge: PlacedEdge): string =>
  `<path d="${edge.points.map((point, k) => `${k === 0 ? 'M' : 'L'}${round(point.x)} ${round(point.y)}`).join('')}"${edge.wrapped ? ' stroke-dasharray="5 3"' : ''}/>`

/** Text of the file, and its size in pixels at scale 1. */
export function graphSvg({ graph, layout, title, colors }: GraphDrawing): { text: string; width: number; height: number } {
  const boxes = new Map(layout.nodes.map((node) => [node.id, node]))
  const width = Math.ceil(Math.max(layout.width, legendWidth) + 2 * margin)
  const height = Math.ceil(layout.height + headHeight + 2 * margin)
  const legend = (['analog', 'digital', 'unsupported'] as const)
    .filter((placement) => graph.nodes.some((node) => node.placement === placement))
    .map((placement, k) => {
      const sample: GraphNode = { id: placement, kind: 'operator', placement, title: '', subtitle: '', signature: '', width: 22, height: 18 }
      return `${nodeShape(sample, { ...sample, x: k * 120, y: 30 }, colors)}<text x="${k * 120 + 30}" y="44" text-anchor="start" fill="${colors.muted}">${placement}</text>`
    })
  const nodes = graph.nodes.flatMap((node) => {
    const box = boxes.get(node.id)
    return box ? [nodeGroup(node, box, colors)] : []
  })
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, 'Helvetica Neue', Arial, sans-serif" font-size="13" text-anchor="middle">`,
    `<title>${escapeXml(title)}</title>`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="${colors.border}"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="${colors.surface}"/>`,
    `<g transform="translate(${margin} ${margin})"><text x="0" y="14" text-anchor="start" font-size="17" font-weight="600" fill="${colors.text}">${escapeXml(title)}</text>${legend.join('')}`,
    `<g transform="translate(0 ${headHeight})"><g fill="none" stroke="${colors.border}" stroke-width="1.2">`,
    ...layout.edges.map((edge) => edgePath(edge).replace('/>', ' marker-end="url(#arrow)"/>')),
    '</g>',
    ...nodes,
    '</g></g></svg>'
  ]
  return { text: `${text.join('\n')}\n`, width, height }
}
