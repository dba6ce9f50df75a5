/** The graph as it is drawn, as a file: SVG made from the layout, PNG drawn from that SVG. */
import type { ShallowRef } from 'vue'
import { downloadBlob, fileNameFrom } from '../../../components/charts/chart-export'
import { useUiStore } from '../../../stores/ui'
import { graphSvg } from '../logic/graph-svg'
import { readGraphColors } from './graph-style'
import type { LaidOutGraph } from './use-graph-layout'

/** Browsers draw no larger canvas: side in pixels, and area. */
const largestSide = 16_000
const largestArea = 120e6

export function useGraphExport(name: () => string, laidOut: ShallowRef<LaidOutGraph | null>) {
  const ui = useUiStore()
  const fileName = (ending: string): string => `${fileNameFrom(`${name()} graph`)}.${ending}`
  const svg = () => (laidOut.value === null ? null : graphSvg({ ...laidOut.value, title: name(), colors: readGraphColors() }))

  function exportSvg(): void {
    const drawing = svg()
    if (drawing !== null) downloadBlob(new Blob([drawing.text], { type: 'image/svg+xml' }), fileName('svg'))
  }

  async function exportPng(): Promise<void> {
    const drawing = svg()
    if (drawing === null) return
    const { width, height } = drawing
    const scale = Math.min(2, largestSide / Math.max(width, height), Math.sqrt(largestArea / (width * height)))
    const url = URL.createObjectURL(new Blob([drawing.text], { type: 'image/svg+xml' }))
    try {
      const image = new Image()
      image.src = url
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = Math.round(width * scale)
      canvas.height = Math.round(height * scale)
      canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
      if (blob === null) throw new Error('no image')
      downloadBlob(blob, fileName('png'))
      if (scale < 1) ui.toast(`The image is reduced to ${Math.round(scale * 100)} %, the largest that can be drawn. The SVG has no such limit.`)
    } catch {
      ui.toast('The image could not be drawn. Export the graph as SVG.')
    } finally {
      URL.revokeObjectURL(url)
    }
  }
  return {
    items: [
      { id: 'png', label: 'Image (PNG)', run: () => void exportPng() },
      { id: 'svg', label: 'Vector image (SVG)', run: exportSvg }
    ]
  }
}
