/** A chart as its picture, for tests: the way the report makes it. */
import * as echarts from 'echarts'
import type { EChartsOption } from 'echarts'

export function renderedSvg(option: EChartsOption, width = 720, height = 360): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({ ...option, animation: false })
  const text = chart.renderToSVGString()
  chart.dispose()
  return text
}
