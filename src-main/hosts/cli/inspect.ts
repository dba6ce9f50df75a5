/** acim inspect MODEL.onnx */
import { groupedInteger, type Table } from '@shared/charts'
import type { NetworkReport } from '@shared/network'
import { choiceOf } from './inputs'
import { writeOut } from './output'
import { printable, textTable } from './text-table'
import { unwrap, withServices } from './workplace'

function nodeTable(report: NetworkReport): Table {
  return {
    columns: [
      { key: 'node', label: 'Node', kind: 'text' }, { key: 'operator', label: 'Operator', kind: 'text' }, { key: 'placement', label: 'Placement', kind: 'text' },
      { key: 'matrix', label: 'Matrix', kind: 'text' }, { key: 'output', label: 'Output', kind: 'text' }, { key: 'parameters', label: 'Parameters', kind: 'integer' },
      { key: 'macs', label: 'MACs', kind: 'integer' }
    ],
    rows: report.nodes.map((n) => [
      n.name, n.domain === '' ? n.opType : `${n.domain}.${n.opType}`, n.placement,
      n.matrix === null ? '' : `${n.matrix.rows} × ${n.matrix.columns}${n.matrix.groups === 1 ? '' : ` × ${n.matrix.groups} groups`}`,
      n.outputShape.join('×'), n.parameters, n.macs
    ])
  }
}

export function describeNetwork(report: NetworkReport): string {
  const facts: [string, string][] = [
    ['Network', report.name],
    ['SHA-256', report.sha256],
    ['Size', `${groupedInteger(report.bytes)} bytes`],
    ['Producer', `${report.producer === '' ? 'not stated' : report.producer}, IR version ${report.irVersion}, opset ${report.opset}`],
    ['Input', `${report.input.name}: ${report.input.shape.join(' × ')}`],
    ['Output', `${report.output.name}: ${report.output.classes} classes`],
    ['Batch', { free: 'free', freed: 'made free (the file fixes it)', fixed: 'fixed by the network’s own computation' }[report.batch]],
    ['Parameters', `${groupedInteger(report.parameters)}, of which ${groupedInteger(report.analogParameters)} in analog arrays`],
    ['MACs', `${groupedInteger(report.macs)} per image`],
    ['Analog layers', String(report.analogLayers)]
  ]
  const digitalReasons = new Map(report.nodes.filter((n) => n.placement === 'unsupported').map((n) => [n.name, n.reason]))
  return [
    ...facts.map(([label, value]) => `${label.padEnd(14)} ${printable(value).replace(/[\u00a0\u202f]/g, ' ')}`),
    '',
    textTable(nodeTable(report)),
    ...(digitalReasons.size === 0 ? [] : ['', 'Unsupported:', ...[...digitalReasons].map(([name, reason]) => printable(`  ${name}: ${reason}`))]),
    ...(report.notes.length === 0 ? [] : ['', ...report.notes.map((note) => printable(`Note: ${note}`))])
  ].join('\n')
}

export async function inspect(model: string, options: { json?: boolean; input?: string; output?: string }): Promise<void> {
  const report = await withServices({ workers: '1', quiet: true }, async ({ services }) => unwrap(await services.inspect(model, choiceOf(options))))
  await writeOut(options.json === true ? JSON.stringify(report, null, 2) : describeNetwork(report))
}
