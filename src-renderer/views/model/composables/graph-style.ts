/**
 * How the graph looks, in the theme's colours. Placement is told by more than colour: analog nodes are filled and have
 * a heavy left-to-right rounded outline, digital ones are plain, unsupported ones are cut-cornered with a dashed outline
 * and a warning sign in their label.
 */
import type cytoscape from 'cytoscape'

const tokens = {
  surface: '--color-surface', text: '--color-text', muted: '--color-text-muted', faint: '--color-text-faint', border: '--color-border-strong', accent: '--color-accent', selection: '--color-selection',
  analog: '--color-analog', analogSoft: '--color-analog-soft', digital: '--color-digital', digitalSoft: '--color-digital-soft',
  unsupported: '--color-unsupported', unsupportedSoft: '--color-unsupported-soft'
} as const
export type GraphColors = Record<keyof typeof tokens, string>

/** Reads the tokens as they are in force now; a canvas does not know CSS variables. */
export function readGraphColors(): GraphColors {
  const probe = document.createElement('span')
  probe.style.display = 'none'
  document.body.append(probe)
  const entries = Object.entries(tokens).map(([name, token]) => {
    probe.style.color = `var(${token})`
    return [name, getComputedStyle(probe).color]
  })
  probe.remove()
  return Object.fromEntries(entries) as GraphColors
}

export function graphStyle(colors: GraphColors, fontFamily: string): cytoscape.StylesheetJson {
  return [
    {
      selector: 'node',
      style: {
        width: 'data(width)', height: 'data(height)', shape: 'round-rectangle', 'corner-radius': '5px', label: 'data(label)', 'text-wrap': 'wrap',
        'text-valign': 'center', 'text-halign': 'center', 'font-family': fontFamily, 'font-size': 13, 'font-weight': 500, 'line-height': 1.25, color: colors.text,
        'min-zoomed-font-size': 5, 'background-color': colors.surface, 'border-width': 1, 'border-color': colors.border, 'overlay-opacity': 0
      }
    },
    { selector: 'node[kind = "input"], node[kind = "output"]', style: { 'corner-radius': '20px', 'background-color': colors.surface, 'border-color': colors.muted, color: colors.muted } },
    { selector: 'node[placement = "analog"]', style: { 'background-color': colors.analogSoft, 'border-color': colors.analog, 'border-width': 2, 'font-weight': 600 } },
    { selector: 'node[placement = "digital"]', style: { 'background-color': colors.digitalSoft, 'border-color': colors.border, color: colors.muted } },
    {
      selector: 'node[placement = "unsupported"]',
      style: { shape: 'cut-rectangle', 'background-color': colors.unsupportedSoft, 'border-color': colors.unsupported, 'border-width': 2, 'border-style': 'dashed' }
    },
    // A pile of equal parts: two more outlines behind it.
    { selector: 'node[kind = "block"]', style: { ghost: 'yes', 'ghost-offset-x': 5, 'ghost-offset-y': 5, 'ghost-opacity': 0.55, 'font-weight': 600, color: colors.text } },
    {
      selector: 'edge',
      style: {
        width: 1.2, 'line-color': colors.faint, 'curve-style': 'straight', 'target-arrow-shape': 'triangle', 'target-arrow-color': colors.faint, 'arrow-scale': 0.7,
        'source-endpoint': 'data(from)', 'target-endpoint': 'data(to)', 'overlay-opacity': 0
      }
    },
    {
      selector: 'edge[?bent]',
      style: {
        'curve-style': 'round-segments', 'segment-weights': 'data(weights)', 'segment-distances': 'data(distances)', 'edge-distances': 'node-position', 'segment-radii': [6]
      }
    },
    { selector: 'edge[?wrapped]', style: { 'line-style': 'dashed', 'line-dash-pattern': [5, 3] } },
    { selector: '.faded', style: { opacity: 0.22 } },
    { selector: 'edge.touched', style: { 'line-color': colors.accent, 'target-arrow-color': colors.accent, width: 2, 'z-index': 5 } },
    // The open block that the chosen operator is in.
    { selector: 'node.together', style: { 'underlay-color': colors.accent, 'underlay-opacity': 0.1, 'underlay-padding': 11, 'underlay-shape': 'round-rectangle' } },
    { selector: 'node:active', style: { 'overlay-opacity': 0 } },
    {
      selector: 'node.chosen',
      style: { 'outline-width': 3, 'outline-color': colors.accent, 'outline-offset': 2, 'outline-opacity': 1, color: colors.text, 'underlay-color': colors.accent, 'underlay-opacity': 0.22, 'underlay-padding': 10, 'underlay-shape': 'round-rectangle' }
    }
  ]
}
