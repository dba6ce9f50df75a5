/** The drawing of a laid-out network: cytoscape with fixed positions, pan, zoom, fit, selection and fading. */
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import cytoscape from 'cytoscape'
import type { GraphNode } from '../logic/network-graph'
import { operatorNodeId, operatorOfNodeId } from '../logic/network-graph'
import { segmentsOf, withoutCollinear } from '../logic/polyline-segments'
import type { PlacedEdge, PlacedNode, Point } from '../logic/wrap-columns'
import { graphStyle, readGraphColors } from './graph-style'
import type { LaidOutGraph } from './use-graph-layout'

/** Labels are readable from here on; a network that would be drawn smaller starts at its top instead of fitted. */
const readableZoom = 0.62
const startZoom = 0.85
const largestFittedZoom = 1.1
const margin = 20

const label = (node: GraphNode): string => `${node.placement === 'unsupported' ? '⚠ ' : ''}${node.title}\n${node.subtitle}`
const centre = (node: PlacedNode): Point => ({ x: node.x + node.width / 2, y: node.y + node.height / 2 })

function edgeElement(edge: PlacedEdge, source: PlacedNode, target: PlacedNode): cytoscape.ElementDefinition {
  const points = withoutCollinear(edge.points)
  const first = points[0] ?? centre(source)
  const last = points[points.length - 1] ?? centre(target)
  const from = centre(source)
  const to = centre(target)
  const segments = segmentsOf(points.slice(1, -1), from, to)
  return {
    group: 'edges',
    data: {
      id: edge.id, source: edge.source, target: edge.target, wrapped: edge.wrapped, bent: segments !== null,
      weights: segments?.weights ?? [], distances: segments?.distances ?? [],
      from: `${first.x - from.x}px ${first.y - from.y}px`, to: `${last.x - to.x}px ${last.y - to.y}px`
    }
  }
}

function elementsOf({ graph, layout }: LaidOutGraph): cytoscape.ElementDefinition[] {
  const placed = new Map(layout.nodes.map((node) => [node.id, node]))
  const elements: cytoscape.ElementDefinition[] = []
  for (const node of graph.nodes) {
    const box = placed.get(node.id)
    if (!box) continue
    elements.push({
      group: 'nodes',
      data: { id: node.id, kind: node.kind, placement: node.placement ?? 'none', label: label(node), width: node.width, height: node.height },
      position: centre(box)
    })
  }
  for (const edge of layout.edges) {
    const source = placed.get(edge.source)
    const target = placed.get(edge.target)
    if (source && target) elements.push(edgeElement(edge, source, target))
  }
  return elements
}

export interface NetworkCanvasOptions {
  host: Readonly<Ref<HTMLElement | null>>
  graph: ShallowRef<LaidOutGraph | null>
  /** Name of the chosen operator. */
  chosen: Ref<string | null>
  /** Names of the operators that the find box matches; null when it is empty. */
  matches: Ref<ReadonlySet<string> | null>
  /** The node that stands for a node of the whole graph: that of its closed block, or itself. */
  shownAs: () => ReadonlyMap<string, string> | undefined
  /** A closed block was clicked. */
  openNode: (id: string) => void
  /** Changes when the theme does. */
  theme: () => string
}

export function useNetworkCanvas({ host, graph, chosen, matches, shownAs, openNode, theme }: NetworkCanvasOptions) {
  const core = shallowRef<cytoscape.Core | null>(null)
  const reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)')
  let fitted = true
  /** What was chosen in the graph itself is in sight: the view stays where it is. */
  let chosenHere: string | null = null
  /** Where the clicked block was on the screen, and its first node that is drawn once it is open. */
  let anchor: { first: string; at: Point; zoom: number } | null = null
  const shown = (name: string): string => shownAs()?.get(operatorNodeId(name)) ?? operatorNodeId(name)

  function style(): cytoscape.StylesheetJson {
    return graphStyle(readGraphColors(), getComputedStyle(document.body).fontFamily)
  }

  function fit(): void {
    const cy = core.value
    if (!cy) return
    fitted = true
    cy.fit(undefined, margin)
    if (cy.zoom() <= largestFittedZoom) return
    cy.zoom(largestFittedZoom)
    cy.center()
  }

  /** Fitted where that is readable, otherwise at the input with readable labels. */
  function home(): void {
    const cy = core.value
    if (!cy) return
    fit()
    if (cy.zoom() >= readableZoom) return
    fitted = false
    cy.zoom(startZoom)
    const box = cy.elements().boundingBox({})
    cy.pan({ x: margin - box.x1 * startZoom, y: margin - box.y1 * startZoom })
  }

  function zoomBy(factor: number): void {
    const cy = core.value
    if (!cy) return
    fitted = false
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } })
  }

  function panBy(x: number, y: number): void {
    fitted = false
    core.value?.panBy({ x, y })
  }

  function draw(): void {
    core.value?.destroy()
    core.value = null
    if (!host.value || !graph.value) return
    const cy = cytoscape({
      container: host.value, elements: elementsOf(graph.value), style: style(), layout: { name: 'preset' }, minZoom: 0.04, maxZoom: 2.5,
      autoungrabify: true, autounselectify: true, boxSelectionEnabled: false, pixelRatio: 'auto', textureOnViewport: false, hideEdgesOnViewport: false
    })
    cy.on('tap', (event: cytoscape.EventObject) => {
      if (event.target === cy) chosen.value = null
    })
    cy.on('tap', 'node', (event: cytoscape.EventObject) => {
      const id = String(event.target.id())
      const name = operatorOfNodeId(id)
      if (name === null && id.startsWith('block:')) {
        const first = [...(shownAs() ?? [])].find(([, node]) => node === id)?.[0]
        if (first !== undefined) anchor = { first, at: { ...event.target.renderedPosition() }, zoom: cy.zoom() }
        openNode(id)
      }
      if (name === null) return
      chosenHere = name
      chosen.value = name
    })
    cy.on('mouseover', 'node', () => host.value?.style.setProperty('cursor', 'pointer'))
    cy.on('mouseout', 'node', () => host.value?.style.setProperty('cursor', ''))
    cy.on('scrollzoom dragpan pinchzoom', () => {
      fitted = false
    })
    core.value = cy
    home()
    const kept = anchor === null ? null : cy.getElementById(anchor.first)
    if (anchor !== null && kept !== null && kept.nonempty()) {
      // What was clicked stays under the pointer.
      fitted = false
      cy.zoom(anchor.zoom)
      const now = kept.renderedPosition()
      cy.panBy({ x: anchor.at.x - now.x, y: anchor.at.y - now.y })
    }
    markChosen(anchor === null && chosen.value !== null)
    anchor = null
    markMatches()
  }

  function markChosen(move: boolean): void {
    const cy = core.value
    if (!cy) return
    cy.batch(() => {
      cy.elements('.chosen, .touched').removeClass('chosen touched')
      if (chosen.value === null) return
      const node = cy.getElementById(shown(chosen.value))
      node.addClass('chosen')
      node.connectedEdges().addClass('touched')
    })
    const inSight = chosenHere === chosen.value
    chosenHere = null
    if (!move || chosen.value === null || inSight) return
    const node = cy.getElementById(shown(chosen.value))
    if (node.empty()) return
    const box = node.renderedBoundingBox({})
    const outside = box.x1 < margin || box.y1 < margin || box.x2 > cy.width() - margin || box.y2 > cy.height() - margin
    const tooSmall = cy.zoom() < readableZoom
    if (!outside && !tooSmall) return
    fitted = false
    const target = { zoom: tooSmall ? startZoom : cy.zoom(), center: { eles: node } }
    if (reducedMotion.matches) {
      cy.zoom(target.zoom)
      cy.center(node)
    } else cy.animate({ ...target, duration: 180 } as cytoscape.AnimateOptions)
  }

  function markMatches(): void {
    const cy = core.value
    if (!cy) return
    cy.batch(() => {
      cy.elements().removeClass('faded')
      const names = matches.value
      if (names === null) return
      const found = new Set([...names].map(shown))
      cy.nodes().forEach((node) => {
        if (!found.has(node.id())) node.addClass('faded')
      })
      cy.edges().addClass('faded')
    })
  }

  watch([host, graph], draw, { flush: 'post', immediate: true })
  watch(chosen, () => markChosen(true), { flush: 'post' })
  watch(matches, markMatches, { flush: 'post' })
  watch(theme, () => core.value?.style(style()), { flush: 'post' })

  let observer: ResizeObserver | null = null
  watch(
    host,
    (element) => {
      observer?.disconnect()
      if (!element) return
      observer = new ResizeObserver(() => {
        core.value?.resize()
        if (fitted) fit()
      })
      observer.observe(element)
    },
    { immediate: true, flush: 'post' }
  )
  onScopeDispose(() => {
    observer?.disconnect()
    core.value?.destroy()
  })
  return { core, fit, home, zoomBy, panBy }
}
