/** The drawing of a laid-out network: cytoscape with fixed positions, pan, zoom, fit, selection and fading. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import cytoscape from 'cytoscape'
import { operatorNodeId, operatorOfNodeId } from '../logic/network-graph'
import type { Point } from '../logic/wrap-columns'
import { addInSlices, centre, elementsOf } from './canvas-elements'
import { graphStyle, readGraphColors } from './graph-style'
import type { Blocks } from './use-blocks'
import type { LaidOutGraph } from './use-graph-layout'

/** Labels are readable from here on; a network that would be drawn smaller starts at its top instead of fitted. */
const readableZoom = 0.62
const startZoom = 0.85
const largestFittedZoom = 1.1
const margin = 20
const [smallestZoom, largestZoom] = [0.04, 2.5]
/** From so many nodes on, what moves is a picture of the drawing, without its wires. */
const manyNodes = 1500

export interface NetworkCanvasOptions {
  host: Readonly<Ref<HTMLElement | null>>
  graph: ShallowRef<LaidOutGraph | null>
  /** Name of the chosen operator. */
  chosen: Ref<string | null>
  /** Names of the operators that the find box matches; null when it is empty. */
  matches: Ref<ReadonlySet<string> | null>
  blocks: Blocks
  /** Changes when the theme does. */
  theme: () => string
}

export function useNetworkCanvas({ host, graph, chosen, matches, blocks, theme }: NetworkCanvasOptions) {
  const core = shallowRef<cytoscape.Core | null>(null)
  /** Elements are still being added. */
  const drawing = ref(false)
  let stopDrawing = (): void => undefined
  const reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)')
  let fitted = true
  /** What was chosen in the graph itself is in sight: the view stays where it is. */
  let chosenHere: string | null = null
  /** The node that was marked last. */
  let lastChosen: string | null = null
  /** What is chosen when blocks open or close, and where it was on the screen: it stays there. */
  let anchor: { ids: string[]; at: Point; zoom: number } | null = null
  const shown = (name: string): string => blocks.shown.value?.shownAs.get(operatorNodeId(name)) ?? operatorNodeId(name)
  const chosenNode = (): string | null => blocks.chosenBlock.value ?? (chosen.value === null ? null : shown(chosen.value))

  function style(): cytoscape.StylesheetJson {
    return graphStyle(readGraphColors(), getComputedStyle(document.body).fontFamily)
  }

  function fit(): void {
    const cy = core.value
    if (!cy) return
    fitted = true
    // From the layout, not from the elements: asking for the extent of them all is slow, and they may not all be there.
    const { width, height } = graph.value?.layout ?? { width: 1, height: 1 }
    const zoom = Math.min((cy.width() - 2 * margin) / width, (cy.height() - 2 * margin) / height, largestFittedZoom)
    cy.viewport({ zoom: Math.max(smallestZoom, zoom), pan: { x: (cy.width() - width * zoom) / 2, y: (cy.height() - height * zoom) / 2 } })
  }

  /** Fitted where that is readable, otherwise at the input with readable labels. */
  function home(): void {
    const cy = core.value
    if (!cy) return
    fit()
    if (cy.zoom() >= readableZoom) return
    fitted = false
    // A strip of one column stands in the middle.
    const spare = Math.max(margin, (cy.width() - (graph.value?.layout.width ?? 0) * startZoom) / 2)
    cy.viewport({ zoom: startZoom, pan: { x: spare, y: margin } })
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
    const old = core.value
    keepInPlace(old)
    stopDrawing()
    old?.destroy()
    core.value = null
    drawing.value = false
    if (!host.value || !graph.value) return
    const { layout } = graph.value
    const cy = cytoscape({
      container: host.value, elements: [], style: style(), layout: { name: 'preset' }, minZoom: smallestZoom, maxZoom: largestZoom,
      autoungrabify: true, autounselectify: true, boxSelectionEnabled: false, pixelRatio: 'auto', textureOnViewport: layout.nodes.length > manyNodes, hideEdgesOnViewport: layout.nodes.length > manyNodes
    })
    cy.on('tap', (event: cytoscape.EventObject) => {
      if (event.target === cy) blocks.chooseNothing()
    })
    cy.on('tap', 'node', (event: cytoscape.EventObject) => choose(String(event.target.id())))
    cy.on('dbltap', 'node[kind = "block"]', (event: cytoscape.EventObject) => blocks.openNode(String(event.target.id())))
    cy.on('mouseover', 'node', () => host.value?.style.setProperty('cursor', 'pointer'))
    cy.on('mouseout', 'node', () => host.value?.style.setProperty('cursor', ''))
    cy.on('scrollzoom dragpan pinchzoom', () => {
      fitted = false
    })
    core.value = cy
    home()
    const kept = anchor === null ? undefined : layout.nodes.find((node) => anchor?.ids.includes(node.id))
    if (anchor !== null && kept !== undefined) {
      fitted = false
      const at = centre(kept)
      cy.viewport({ zoom: anchor.zoom, pan: { x: anchor.at.x - at.x * anchor.zoom, y: anchor.at.y - at.y * anchor.zoom } })
    }
    const moved = anchor === null || kept === undefined
    anchor = null
    drawing.value = true
    stopDrawing = addInSlices(cy, elementsOf(graph.value), () => {
      drawing.value = false
      markChosen(moved)
      markMatches()
    })
  }

  /** Remembers where the chosen node, or what it was drawn as until now, is on the screen. */
  function keepInPlace(cy: cytoscape.Core | null): void {
    const id = chosenNode()
    if (cy === null || id === null) return
    const name = chosen.value
    const stood = cy.getElementById(lastChosen ?? id)
    if (stood.empty()) return
    anchor = { ids: [id, ...(name === null ? [] : [operatorNodeId(name)])], at: { ...stood.renderedPosition() }, zoom: cy.zoom() }
    const { x, y } = anchor.at
    // What was out of sight is brought into sight instead.
    if (x < 0 || y < 0 || x > cy.width() || y > cy.height()) anchor = null
  }

  /** Chooses what a node stands for: an operator, or closed blocks. */
  function choose(id: string): void {
    const name = operatorOfNodeId(id)
    chosenHere = id
    if (name !== null) chosen.value = name
    else if (blocks.shown.value?.closed.has(id) === true) blocks.chosenBlock.value = id
  }

  /** Chooses the next or previous node in the network's order. */
  function step(by: 1 | -1): void {
    const nodes = (graph.value?.graph.nodes ?? []).filter((node) => node.kind === 'operator' || node.kind === 'block')
    const at = nodes.findIndex((node) => node.id === chosenNode())
    const next = at < 0 ? nodes[by === 1 ? 0 : nodes.length - 1] : nodes[at + by]
    if (next === undefined) return
    choose(next.id)
    chosenHere = null
  }

  function markChosen(move: boolean): void {
    const cy = core.value
    // Marked when all is there.
    if (!cy || drawing.value) return
    const id = chosenNode()
    const node = cy.getElementById(id ?? '')
    lastChosen = node.empty() ? null : id
    cy.batch(() => {
      cy.elements('.chosen, .touched, .together').removeClass('chosen touched together')
      node.addClass('chosen')
      node.connectedEdges().addClass('touched')
      const place = blocks.placeOf(chosen.value)
      for (const member of place?.run.blocks[place.index] ?? []) cy.getElementById(member).addClass('together')
    })
    const inSight = chosenHere === id
    chosenHere = null
    if (!move || inSight || node.empty()) return
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
    if (!cy || drawing.value) return
    cy.batch(() => {
      cy.elements('.faded').removeClass('faded')
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
  watch([chosen, blocks.chosenBlock], () => markChosen(true), { flush: 'post' })
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
    stopDrawing()
    core.value?.destroy()
  })
  return { core, drawing, step, fit, home, zoomBy, panBy }
}
