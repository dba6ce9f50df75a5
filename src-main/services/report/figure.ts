/** A chart as SVG text, by ECharts' server-side rendering: no window, no canvas. */
import type { EChartsOption } from 'echarts'

/** Self-contained SVG of `width` × `height` pixels; animation and hover styles are left out. */
export async function renderSvg(option: EChartsOption, width: number, height: number): Promise<string> {
  // Loaded when the first figure is drawn: most services never need it.
  const echarts = await import('echarts')
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ ...option, animation: false })
    // The only style elements are hover rules, which would act across all figures of a page. Text cannot look like one: it is escaped.
    return chart.renderToSVGString().replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, '')
  } finally {
    chart.dispose()
  }
}
