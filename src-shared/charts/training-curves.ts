/** Course of a fine-tuning: loss and learning rate above, clean and noisy validation below, over the same epochs. */
import type { EChartsOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import type { FinetuneMetric, Validation } from '../finetune'
import { compactNumber, escapeHtml } from './format'
import { axisStyle, frame, legend, type ChartOptions } from './frame'
import { seriesColour, seriesSymbol } from './palette'
import { fidelityMeasure } from './quality-measure'
import { lossName as nameOfLoss, measureOf, validationValues, validationWords } from './validation-values'

const lossName = 'Loss under noise'
const rateName = 'Learning rate'
const cleanName = 'Validation, digital'
const noisyName = 'Validation, with noise'

export function trainingCurves(history: readonly FinetuneMetric[], options: ChartOptions): EChartsOption {
  const { palette } = options
  const measure = measureOf(history)
  const validations = history.flatMap(({ epoch, validation }) => (validation === null ? [] : [{ epoch, validation, best: validation.best, ...validationValues(validation) }]))
  const values = validations.flatMap(({ digital, noisy }) => [digital ?? [], noisy ?? []].flat())
  const { range, label } = measure.axis(Math.min(...values), Math.max(...values))
  // A fidelity that is no finite number has no place.
  const drawn = (of: 'digital' | 'noisy'): number[][] => validations.flatMap((v) => (v[of] === null ? [] : [[v.epoch, v[of]]]))
  const lastEpoch = history.at(-1)?.epoch ?? 1
  // The best checkpoint is the last one that was marked best.
  const best = validations.findLast((v) => v.best)

  const lineSeries = (name: string, index: number, grid: number, yAxisIndex: number, data: number[][], symbols: boolean) => ({
    type: 'line' as const, name, xAxisIndex: grid, yAxisIndex, data, showSymbol: symbols, symbol: seriesSymbol(index), symbolSize: 6,
    lineStyle: { color: seriesColour(palette, index), width: 2 }, itemStyle: { color: seriesColour(palette, index) }
  })
  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hits = Array.isArray(given) ? given : [given]
    const lines = hits.map((hit) => {
      const [epoch = 0, value = 0] = hit.value as number[]
      const name = hit.seriesName ?? ''
      const written = name === cleanName || name === noisyName ? measure.text(value, 2) : compactNumber(value)
      return { epoch, text: `${escapeHtml(name)}: <b>${written}</b>` }
    })
    return [`epoch ${compactNumber(lines[0]?.epoch ?? 0, 3)}`, ...lines.map((line) => line.text)].join('<br>')
  }
  const x = (gridIndex: number, name: string) => ({
    ...axisStyle(palette, name, 28), type: 'value' as const, gridIndex, min: 0, max: Math.max(lastEpoch, 1e-9), splitLine: { show: false }
  })
  const right = axisStyle(palette, rateName, 46)
  const plain = axisStyle(palette, '', 0).axisLabel
  const base = frame(palette, describe(history, best))
  return {
    ...base,
    legend: legend(palette, [lossName, rateName, cleanName, noisyName]),
    // Without outer bounds the plots keep these margins: else each makes room for its own labels, and the epochs no longer meet.
    grid: [{ left: 64, right: 66, top: 34, height: '34%', outerBoundsMode: 'none' }, { left: 64, right: 66, bottom: 48, height: '34%', outerBoundsMode: 'none' }],
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: palette.axisLine } },
    tooltip: { ...base.tooltip, trigger: 'axis', formatter },
    xAxis: [{ ...x(0, ''), axisLabel: { show: false } }, x(1, 'Epoch')],
    yAxis: [
      { ...axisStyle(palette, nameOfLoss(history), 46), nameMoveOverlap: false, type: 'value', gridIndex: 0, min: 0, splitNumber: 4 },
      { ...right, type: 'value', gridIndex: 0, min: 0, position: 'right', splitNumber: 4, splitLine: { show: false }, axisLabel: { ...plain, formatter: (value: number) => compactNumber(value, 2) } },
      { ...axisStyle(palette, measure === fidelityMeasure ? measure.axisName : 'Top-1', 46), nameMoveOverlap: false, type: 'value', gridIndex: 1, ...range, axisLabel: { ...plain, formatter: label } }
    ],
    ...(options.zoom === true ? { dataZoom: [{ type: 'inside', xAxisIndex: [0, 1], filterMode: 'none' }] } : {}),
    series: [
      lineSeries(lossName, 0, 0, 0, history.map((m) => [m.epoch, m.loss]), history.length <= 40),
      { ...lineSeries(rateName, 4, 0, 1, history.map((m) => [m.epoch, m.learningRate]), history.length <= 1), lineStyle: { color: seriesColour(palette, 4), width: 1.5, type: 'dashed' } },
      lineSeries(cleanName, 2, 1, 2, drawn('digital'), validations.length <= 60),
      {
        ...lineSeries(noisyName, 1, 1, 2, drawn('noisy'), validations.length <= 60),
        ...(best === undefined
          ? {}
          : {
              markLine: {
                silent: true, symbol: 'none', animation: false, lineStyle: { color: palette.reference, type: 'dotted', width: 1.2 },
                label: { position: 'insideStartTop', color: palette.reference, fontFamily: palette.fontFamily, fontSize: 11, formatter: () => 'kept' },
                data: [{ xAxis: best.epoch }]
              }
            })
      }
    ]
  }
}

function describe(history: readonly FinetuneMetric[], best: { epoch: number; validation: Validation } | undefined): string {
  const first = history[0]
  const last = history.at(-1)
  if (first === undefined || last === undefined) return 'Training curves; no steps yet.'
  const kept = best === undefined ? '' : ` The checkpoint of epoch ${compactNumber(best.epoch, 3)} was kept: ${validationWords(best.validation, 'noisy')} with noise, ${validationWords(best.validation, 'digital')} digital.`
  return `Training curves over ${compactNumber(last.epoch, 3)} epochs. Loss from ${compactNumber(first.loss, 3)} to ${compactNumber(last.loss, 3)}${measureOf(history) === fidelityMeasure ? '' : ' nats'}.${kept}`
}
