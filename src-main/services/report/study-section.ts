/** Sections on resilience studies: several networks in several representations on the same chips. */
import { chartPalettes, groupedInteger, percent, studiedNetworksTable, studyChart, studyGainGrid, studyGrid, studyHeight } from '@shared/charts'
import type { StudyRun } from '@shared/run'
import { pairingSentence, studyHalvesTable, studySentences } from '@shared/study-words'
import type { Block, KeyFigure } from './document'
import { statusBlocks } from './results-section'
import { binomialHalfWidth } from './sentences'

const palette = chartPalettes.print
const width = 720

const parameterOf = ({ config }: StudyRun) => config.settings.sweep?.parameter ?? null

export const studyParagraph = (run: StudyRun): string => (run.result === null ? `${run.name} has no result yet (${run.status}).` : studySentences(run.result, parameterOf(run)).join(' '))

export function studyFigures({ result }: StudyRun): KeyFigure[] {
  return (result?.networks ?? []).map(({ name, digital }) => ({ label: `${name}, digital`, value: percent(digital.top1), detail: `${groupedInteger(digital.images)} images` }))
}

export function studyBlocks(run: StudyRun): Block[] {
  const { result, config: { settings } } = run
  const parameter = parameterOf(run)
  const blocks: Block[] = [{ kind: 'heading', level: 3, text: run.name }, ...statusBlocks(run)]
  if (result === null) return blocks
  blocks.push(
    {
      kind: 'chart', caption: 'Top-1 accuracy of each network, one panel per representation: mean and 95 % confidence band of the mean over chip instances.',
      option: studyChart(result, { palette, parameter, scales: settings.scales }), width, height: studyHeight(settings.scales.length)
    },
    { kind: 'table', caption: 'Top-1 accuracy in per cent: mean ± half-width of the 95 % confidence interval over chip instances (Student t); without ± there is one chip instance, as nothing is drawn.', table: studyGrid(result, parameter) },
    {
      kind: 'table', caption: 'Where half of the digital accuracy is lost, by linear interpolation between values of the sweep where they are numbers of which more is worse; in parentheses where the ends of the 95 % intervals fall to half.',
      table: studyHalvesTable(result, settings.scales, parameter)
    }
  )
  if (result.networks.length > 1) blocks.push({ kind: 'table', caption: `Gain over ${result.networks[0]?.name ?? ''} in percentage points: differences are taken chip by chip, ± is the half-width of their 95 % confidence interval.`, table: studyGainGrid(result, parameter) })
  blocks.push({ kind: 'table', caption: 'The networks.', table: studiedNetworksTable(result) })
  const { first, count } = result.imageRange
  const half = Math.max(...result.networks.map(({ digital }) => binomialHalfWidth(digital.top1, digital.images)))
  blocks.push({
    kind: 'note',
    text:
      `${pairingSentence} Images ${groupedInteger(first)} to ${groupedInteger(first + count - 1)} of the data set. The finite number of images alone leaves up to ± ${percent(half)} (95 %) on digital accuracies ` +
      'as estimates for unseen images; the intervals above are about chip instances on these images.'
  })
  return blocks
}
