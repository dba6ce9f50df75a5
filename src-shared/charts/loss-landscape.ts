/** The loss around the weights: along one filter-normalised direction as lines, along two as a heat map. */
import type { EChartsOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import type { CurvatureFindings, CurvatureNetwork, LossLandscape } from '../curvature'
import { networkNames } from './curvature-bars'
import { compactNumber } from './format'
import { axisStyle, frame, insideZoom, legend, type ChartOptions } from './frame'
import { seriesColour, seriesSymbol } from './palette'

const networks = ['before', 'after'] as const
const axisName = 'Distance along a random direction, filter norms'

/** Landscapes that are lines, with the loss at the network itself in the middle. */
export function landscapeLine(findings: CurvatureFindings, options: ChartOptions): EChartsOption {
  const { palette } = options
  const shown = networks.flatMap((network) => {
    const landscape = findings[network]?.landscape ?? null
    return landscape === null ? [] : [{ network, landscape }]
  })
  const extent = Math.max(...shown.flatMap(({ landscape }) => landscape.distances.map(Math.abs)), 0)
  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hits = Array.isArray(given) ? given : [given]
    const [distance = 0] = (hits[0]?.value ?? [0]) as number[]
    return [`distance ${compactNumber(distance, 3)}`, ...hits.map((hit) => `${hit.seriesName ?? ''}: <b>${compactNumber((hit.value as number[])[1] ?? NaN)}</b> nats`)].join('<br>')
  }
  const base = frame(palette, `Loss along a random direction. ${shown.map((each) => describe(each.network, each.landscape)).join(' ')}`)
  return {
    ...base,
    legend: legend(palette, shown.map(({ network }) => networkNames[network])),
    grid: { left: 64, right: 24, top: shown.length > 1 ? 34 : 14, bottom: 50 },
    tooltip: { ...base.tooltip, trigger: 'axis', formatter },
    xAxis: { ...axisStyle(palette, axisName, 30), type: 'value', min: -extent, max: extent, splitLine: { show: false } },
    yAxis: { ...axisStyle(palette, 'Loss (nats)', 46), type: 'value', min: 0 },
    ...(options.zoom === true ? { dataZoom: insideZoom('x') } : {}),
    series: shown.map(({ network, landscape }) => {
      const index = network === 'before' ? 1 : 2
      return {
        id: network, type: 'line' as const, name: networkNames[network], symbol: seriesSymbol(index), symbolSize: 6, connectNulls: false,
        showSymbol: landscape.distances.length <= 41, data: landscape.distances.map((distance, column) => [distance, landscape.losses[0]?.[column] ?? '-']),
        lineStyle: { color: seriesColour(palette, index), width: 2 }, itemStyle: { color: seriesColour(palette, index) }
      }
    })
  }
}

/** One network's plane. Colours go by the logarithm of the loss, over the range of both networks, so that two planes can be compared. */
export function landscapePlane(findings: CurvatureFindings, network: CurvatureNetwork, options: ChartOptions): EChartsOption {
  const { palette } = options
  const landscape = findings[network]?.landscape ?? { distances: [], losses: [] }
  const losses = networks.flatMap((each) => findings[each]?.landscape?.losses.flat() ?? []).filter((loss) => loss !== null && loss > 0) as number[]
  const low = Math.log10(Math.min(...(losses.length === 0 ? [1] : losses)))
  const high = Math.max(low + 1e-6, Math.log10(Math.max(...(losses.length === 0 ? [1] : losses))))
  const names = landscape.distances.map((distance) => compactNumber(distance, 3))
  const data = landscape.losses.flatMap((row, y) => row.flatMap((loss, x) => (loss === null ? [] : [[x, y, loss > 0 ? Math.log10(loss) : low]])))
  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hit = Array.isArray(given) ? given[0] : given
    const [x = 0, y = 0] = (hit?.value ?? []) as number[]
    return `at ${names[x] ?? ''}, ${names[y] ?? ''}<br>loss <b>${compactNumber(landscape.losses[y]?.[x] ?? NaN)}</b> nats`
  }
  const style = (name: string, gap: number) => {
    const axis = axisStyle(palette, name, gap)
    return { ...axis, type: 'category' as const, data: names, splitLine: { show: false }, axisTick: { show: false }, axisLabel: { ...axis.axisLabel, hideOverlap: true } }
  }
  const middle = (landscape.distances.length - 1) / 2
  const base = frame(palette, `Loss over a plane of two random directions, coloured by its logarithm. ${describe(network, landscape)}`)
  return {
    ...base,
    grid: { left: 64, right: 78, top: 14, bottom: 50 },
    tooltip: { ...base.tooltip, trigger: 'item', formatter },
    xAxis: style('First direction, filter norms', 30),
    yAxis: style('Second direction, filter norms', 46),
    visualMap: {
      type: 'continuous', min: low, max: high, dimension: 2, calculable: false, orient: 'vertical', right: 4, top: 'middle', itemHeight: 140, itemWidth: 10,
      inRange: { color: [...palette.sequential] }, text: [`${compactNumber(10 ** high, 2)}`, `${compactNumber(10 ** low, 2)} nats`],
      textStyle: { color: palette.mutedText, fontFamily: palette.fontFamily, fontSize: 11 }
    },
    series: [
      { id: 'loss', type: 'heatmap', data, progressive: 0, emphasis: { itemStyle: { borderColor: palette.text, borderWidth: 1 } } },
      // Where the network is.
      { id: 'network', type: 'scatter', data: landscape.distances.length === 0 ? [] : [[middle, middle]], symbol: 'circle', symbolSize: 9, silent: true, itemStyle: { color: 'transparent', borderColor: palette.series[1] ?? palette.text, borderWidth: 2 }, tooltip: { show: false } }
    ]
  }
}

/** A plane has more than one row. */
export const isPlane = (landscape: LossLandscape | null | undefined): boolean => (landscape?.losses.length ?? 0) > 1

function describe(network: CurvatureNetwork, { losses, distances }: LossLandscape): string {
  const known = losses.flat().filter((loss) => loss !== null)
  const own = losses[(losses.length - 1) / 2]?.[(distances.length - 1) / 2] ?? null
  if (known.length === 0) return `${networkNames[network]}: no point yet.`
  return `${networkNames[network]}: ${own === null ? '' : `${compactNumber(own, 3)} nats at the network, `}${compactNumber(Math.max(...known), 3)} at most.`
}
