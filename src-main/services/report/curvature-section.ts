/** Sections on curvature: how sharply the loss bends, and in which layers it bends where the device errs. */
import {
  attributionHeight, chartPalettes, compactNumber, costRows, curvatureBars, curvatureLayersTable, curvatureTotalsTable, eigenvalueRows, eigenvaluesTable, groupedInteger, isPlane,
  landscapeLine, landscapePlane, networkNames, sharpnessRows
} from '@shared/charts'
import { curvatureSentences } from '@shared/curvature-words'
import type { CurvatureRun } from '@shared/run'
import type { Block, KeyFigure } from './document'
import { statusBlocks } from './results-section'

const palette = chartPalettes.print
const width = 720

export const curvatureParagraph = ({ name, status, result }: CurvatureRun): string => (result === null ? `${name} has no result yet (${status}).` : curvatureSentences(result).join(' '))

export function curvatureFigures({ result }: CurvatureRun): KeyFigure[] {
  if (result === null) return []
  return (['before', 'after'] as const).flatMap((name): KeyFigure[] => {
    const network = result[name]
    if (network?.cost == null) return []
    const { mean, ci95 } = network.cost
    return [{ label: `Device errors cost${result.after === null ? '' : `, ${networkNames[name].toLowerCase()}`}`, value: compactNumber(mean, 3), detail: ci95 === null ? 'nats' : `nats, ± ${compactNumber(ci95, 2)} (95 % interval)` }]
  })
}

export function curvatureBlocks(run: CurvatureRun): Block[] {
  const { result, config: { settings } } = run
  const blocks: Block[] = [{ kind: 'heading', level: 3, text: run.name }, ...statusBlocks(run)]
  if (result === null) return blocks
  const { before, after, imageRange, afterNetwork } = result
  const rows = before.layers.length
  const bars = after === null ? 30 : 44
  blocks.push(
    { kind: 'table', caption: 'Losses are mean cross-entropies of the digital network, in nats; “Device errors cost” is the mean of L(w + δ) − L(w) over chip instances.', table: curvatureTotalsTable(result) },
    {
      kind: 'chart', caption: 'What the device’s errors in each layer cost to second order, ½ tr(HΣ), with 95 % intervals; on the right the root mean square of the errors.',
      option: curvatureBars(costRows(result), { palette, axis: '½ tr(HΣ), nats', what: 'Cost of the device’s errors by layer', wordsName: 'Device error' }), width, height: attributionHeight(rows, bars)
    },
    {
      kind: 'chart', caption: 'How sharply the loss bends in each layer whatever the device: tr(H) divided by the number of weights.',
      option: curvatureBars(sharpnessRows(result), { palette, axis: 'tr(H) per weight', what: 'Mean second derivative by layer', wordsName: 'Device error' }), width, height: attributionHeight(rows, bars)
    },
    { kind: 'table', caption: 'Traces by layer.', table: curvatureLayersTable(result) }
  )
  if (before.eigenvalues.length > 0) {
    blocks.push(
      {
        kind: 'chart', caption: 'Eigenvalues of the Hessian of largest magnitude; bars are residuals.',
        option: curvatureBars(eigenvalueRows(result), { palette, axis: 'Eigenvalue', what: 'Leading eigenvalues of the Hessian', wordsName: 'Values' }), width, height: attributionHeight(before.eigenvalues.length, bars)
      },
      { kind: 'table', caption: 'Eigenvalues by power iteration: an eigenvalue lies within the residual.', table: eigenvaluesTable(result) }
    )
  }
  if (before.landscape !== null && !isPlane(before.landscape)) {
    blocks.push({ kind: 'chart', caption: 'Loss along a random direction in which every filter has the norm of the network’s filter.', option: landscapeLine(result, { palette }), width, height: 300 })
  } else if (before.landscape !== null) {
    for (const name of ['before', 'after'] as const) {
      if (result[name] !== null) blocks.push({ kind: 'chart', caption: `Loss over a plane of two filter-normalised random directions${after === null ? '' : `, ${networkNames[name].toLowerCase()}`}.`, option: landscapePlane(result, name, { palette }), width, height: 420 })
    }
  }
  const compared = afterNetwork === null ? '' : ` “After” is ${afterNetwork.name} (SHA-256 ${afterNetwork.sha256}).`
  blocks.push({
    kind: 'note',
    text: `Of the digital network on ${groupedInteger(imageRange.count)} images from image ${groupedInteger(imageRange.first)}; ${settings.probes} probes, ${settings.chipInstances} chip instances. Errors are those with which the device stores weights; converters and reading are not in them.${compared}`
  })
  return blocks
}
