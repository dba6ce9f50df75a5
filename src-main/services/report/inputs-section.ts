/** Sections on what went in: networks, data, hardware. */
import { compactNumber, groupedInteger, type Table } from '@shared/charts'
import { describeDigitalLayers } from '@shared/effects'
import { effectsInForce } from '@shared/effects-in-force'
import type { DatasetSummary, Preprocessing } from '@shared/dataset'
import { granularityLabels } from '@shared/hardware'
import type { NetworkReport } from '@shared/network'
import type { RunRecord } from '@shared/run'
import type { Block } from './document'
import { effectItem, layerTableOfSettings, settingFacts, switchedOff } from './hardware-facts'
import { requestWarnings } from '@shared/run-problems'

const shape = (dims: readonly (number | string)[]): string => dims.join(' × ')

/** The analog layers, which are what the hardware touches. */
function layerTable(network: NetworkReport): Table {
  return {
    columns: [
      { key: 'layer', label: 'Analog layer', kind: 'text' }, { key: 'operator', label: 'Operator', kind: 'text' }, { key: 'rows', label: 'Rows', kind: 'integer' },
      { key: 'columns', label: 'Columns', kind: 'integer' }, { key: 'groups', label: 'Groups', kind: 'integer' }, { key: 'parameters', label: 'Parameters', kind: 'integer' },
      { key: 'macs', label: 'MACs per image', kind: 'integer' }
    ],
    rows: network.nodes.flatMap((n) =>
      n.matrix === null || n.placement !== 'analog' ? [] : [[n.name, n.opType, n.matrix.rows, n.matrix.columns, n.matrix.groups, n.parameters, n.macs]]
    )
  }
}

export function networkBlocks(network: NetworkReport): Block[] {
  const digital = network.nodes.filter((n) => n.placement === 'digital')
  const operators = [...new Set(digital.map((n) => n.opType))].sort()
  return [
    { kind: 'heading', level: 3, text: network.name },
    {
      kind: 'facts',
      facts: [
        ['Input', `${network.input.name}: ${shape(network.input.shape)}`],
        ['Classes', String(network.output.classes)],
        ['Parameters', `${groupedInteger(network.parameters)}, of which ${groupedInteger(network.analogParameters)} in analog arrays`],
        ['Analog layers', String(network.analogLayers)],
        ['Multiply–accumulates per image', groupedInteger(network.macs)],
        ['Computed digitally', operators.length === 0 ? 'nothing' : operators.join(', ')],
        ['Producer, opset', `${network.producer === '' ? 'not stated' : network.producer}, opset ${network.opset}`],
        ['SHA-256', network.sha256]
      ]
    },
    { kind: 'table', caption: `Matrices of ${network.name} that are mapped to arrays.`, table: layerTable(network) },
    ...(network.notes.length === 0 ? [] : [{ kind: 'list' as const, ordered: false, items: network.notes.map((text) => ({ lead: '', text })) }])
  ]
}

export function preprocessingText({ divisor, mean, std }: Preprocessing): string {
  const list = (values: readonly number[]): string => (values.length === 1 ? compactNumber(values[0] ?? 0, 6) : `(${values.map((v) => compactNumber(v, 6)).join(', ')})`)
  return `x = (v / ${compactNumber(divisor, 6)} − ${list(mean)}) / ${list(std)}`
}

export function datasetBlocks(dataset: DatasetSummary, preprocessings: readonly Preprocessing[]): Block[] {
  const names = dataset.classNames.length <= 20 ? dataset.classNames.join(', ') : `${dataset.classNames.slice(0, 20).join(', ')}, …`
  const fewest = Math.min(...dataset.classCounts)
  const most = Math.max(...dataset.classCounts)
  return [
    { kind: 'heading', level: 3, text: dataset.name },
    {
      kind: 'facts',
      facts: [
        ['Format', dataset.format],
        ['Images', `${groupedInteger(dataset.count)} of ${shape(dataset.shape)} (channels × height × width, ${dataset.elementType})`],
        ['Classes', `${dataset.classNames.length}: ${names}`],
        ['Images per class', fewest === most ? groupedInteger(most) : `${groupedInteger(fewest)} to ${groupedInteger(most)}`],
        ...preprocessings.map((p) => ['Normalisation', preprocessingText(p)] as const),
        ['SHA-256 of pixels and labels', dataset.sha256]
      ]
    },
    ...(dataset.notes.length === 0 ? [] : [{ kind: 'list' as const, ordered: false, items: dataset.notes.map((text) => ({ lead: '', text })) }])
  ]
}

/** Hardware of one run with the effects that acted, in order. */
export function hardwareBlocks(run: RunRecord): Block[] {
  const { hardware } = run.config
  const sweep = run.kind === 'simulate' || run.kind === 'study' ? run.config.settings.sweep : null
  const scales: (readonly [string, string])[] = run.kind === 'study' ? [['Representations compared', run.config.settings.scales.map((scale) => granularityLabels[scale]).join(', ')]] : []
  const active = effectsInForce(run, run.kind === 'simulate' ? (run.result?.points ?? []) : [])
  const off = switchedOff(hardware)
  const digital = describeDigitalLayers(hardware)
  const layers = layerTableOfSettings(hardware)
  return [
    { kind: 'heading', level: 3, text: `${hardware.name} (${run.name})` },
    { kind: 'facts', facts: [...settingFacts(hardware, sweep), ...scales] },
    ...(layers === null ? [] : [{ kind: 'table' as const, caption: 'Layers with settings of their own.', table: layers }]),
    ...(digital === null ? [] : [{ kind: 'paragraph' as const, text: digital }]),
    { kind: 'paragraph', text: active.length === 0 ? 'No analog effect is active: the hardware computes what the digital network computes.' : 'Active effects, in the order in which they act:' },
    ...(active.length === 0 ? [] : [{ kind: 'list' as const, ordered: true, items: active.map(effectItem) }]),
    ...(off.length === 0 ? [] : [{ kind: 'note' as const, text: `Switched off: ${off.join(', ')}.` }]),
    ...requestWarnings(run).map((warning) => ({ kind: 'note' as const, text: `${warning.message} ${warning.tip}` }))
  ]
}
