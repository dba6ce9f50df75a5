/** acim describe */
import { resolve } from 'node:path'
import { percent, type Table } from '@shared/charts'
import { activeEffects, describeDigitalLayers, effectNames } from '@shared/effects'
import { effectSwitches, layerHardware, type Hardware } from '@shared/hardware'
import { deviceName, layerSettings, notableSettings, sectionTitles, type HardwareSetting } from '@shared/hardware-settings'
import type { NetworkReport, TileCount } from '@shared/network'
import { fail, type Problem } from '@shared/problems'
import { runProblems } from '@shared/run-problems'
import { analogLayerNames, layerNameProblems } from '../../services/validate'
import { baseHardware, hardwareFrom } from './hardware-options'
import { checkModel } from './inputs'
import type { HardwareOptions } from './options'
import { exitCodeOf, reportProblem, writeOut } from './output'
import { effectLine } from './results'
import { printable, textTable } from './text-table'
import { withProject } from './workplace'

export interface DescribeOptions extends HardwareOptions {
  model?: string
  json?: boolean
}

/** What one layer that could run on arrays takes. */
export interface DescribedLayer {
  node: string
  operator: string
  rows: number
  columns: number
  groups: number
  /** Null for a layer that is kept digital. */
  arrays: TileCount | null
  ownSettings: boolean
}

export interface DescribedNetwork {
  name: string
  sha256: string
  layers: DescribedLayer[]
  /** Nodes that are no matrix product with constant weights; always digital. */
  otherNodes: number
}

function describedNetwork(report: NetworkReport, tiles: readonly TileCount[], hardware: Hardware): DescribedNetwork {
  const names = analogLayerNames(report)
  const layers = report.nodes.flatMap((node): DescribedLayer[] => {
    if (node.placement !== 'analog' || node.matrix === null) return []
    const digital = layerHardware(hardware, names, names.indexOf(node.name)) === 'digital'
    const { rows, columns, groups } = node.matrix
    const arrays = digital ? null : (tiles.find((each) => each.node === node.name) ?? null)
    return [{ node: node.name, operator: node.opType, rows, columns, groups, arrays, ownSettings: !digital && hardware.layers[node.name] !== undefined }]
  })
  return { name: report.name, sha256: report.sha256, layers, otherNodes: report.nodes.length - layers.length }
}

/** Imports the network into a temporary project and lays it out on the arrays of this hardware. */
async function lookAt(model: string, hardware: Hardware): Promise<{ network: DescribedNetwork; problems: Problem[] }> {
  await checkModel(model)
  return withProject({ workers: '1', quiet: true }, async (place) => {
    const report = await place.request('network.import', { handle: place.services.registerPath(resolve(model)) })
    const state = await place.request('project.current', {})
    if (state === null) throw new Error('The temporary project is not open.')
    await place.request('project.saveSettings', { settings: { ...state.settings, hardware } })
    return { network: describedNetwork(report, await place.request('network.tiles', {}), hardware), problems: layerNameProblems(hardware, report) }
  })
}

/** What is known of a description, as the document of `--json`. */
export interface Description {
  hardware: Hardware
  problems: Problem[]
  network: DescribedNetwork | null
}

const isError = ({ severity }: Problem): boolean => severity === 'error'

export function descriptionJson({ hardware, problems, network }: Description) {
  const setting = ({ path, label, value, raw, standard, changed }: HardwareSetting) => ({ path, label, value, raw, default: standard, changed })
  return {
    name: hardware.name,
    device: { kind: hardware.device.kind, name: deviceName(hardware.device) },
    refused: problems.some(isError),
    problems,
    activeEffects: activeEffects(hardware),
    switchedOff: effectSwitches.filter((key) => !hardware.effects[key]),
    digitalLayers: { ...hardware.digitalLayers, named: Object.entries(hardware.layers).flatMap(([name, { digital }]) => (digital ? [name] : [])) },
    settings: notableSettings(hardware).map(setting),
    layerSettings: layerSettings(hardware).map(({ layer, settings, effects }) => ({ layer, settings: settings.map(setting), effects })),
    network,
    hardware
  }
}

function settingLines(hardware: Hardware): string[] {
  const lines = notableSettings(hardware).map(({ section, path, label, value, standard, changed }): [string, string] => [
    `${sectionTitles[section]}: ${label}`, changed && path !== 'device.kind' && value !== standard ? `${value}  (default: ${standard})` : value
  ])
  const width = Math.max(...lines.map(([label]) => label.length))
  return lines.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`)
}

const problemLine = ({ where, message, tip }: Problem): string => `  ${where}: ${message} ${tip}`

function placementWords(arrays: TileCount | null, ownSettings: boolean): string {
  if (arrays === null) return 'digital'
  return ['analog', ...(arrays.sharesArraysOf === null ? [] : [`arrays of ${arrays.sharesArraysOf}`]), ...(ownSettings ? ['own settings'] : [])].join(', ')
}

function layerTable({ layers }: DescribedNetwork): Table {
  const texts = ['Layer', 'Operator', 'Computed', 'Matrix'].map((label) => ({ key: label, label, kind: 'text' as const }))
  const integers = ['Tiles', 'Slices', 'Cells a value', 'Arrays'].map((label) => ({ key: label, label, kind: 'integer' as const }))
  return {
    columns: [...texts, ...integers, { key: 'size', label: 'Array', kind: 'text' }, { key: 'used', label: 'Cells used', kind: 'percent' }],
    rows: layers.map(({ node, operator, rows, columns, groups, arrays, ownSettings }) => [
      node, operator, placementWords(arrays, ownSettings), `${rows} × ${columns}${groups === 1 ? '' : ` × ${groups} groups`}`,
      arrays?.tiles ?? null, arrays?.slices ?? null, arrays?.cellsPerValue ?? null, arrays?.arrays ?? null, arrays === null ? '–' : `${arrays.arrayRows} × ${arrays.arrayColumns}`, arrays?.utilisation ?? null
    ])
  }
}

function networkLines(network: DescribedNetwork): string[] {
  const onArrays = network.layers.flatMap(({ arrays }) => (arrays === null ? [] : [arrays]))
  const total = onArrays.reduce((sum, { arrays }) => sum + arrays, 0)
  const cells = onArrays.reduce((sum, each) => sum + each.cells, 0)
  const used = onArrays.reduce((sum, each) => sum + each.occupiedCells, 0)
  const digital = network.layers.length - onArrays.length
  return [
    '', `Layers of ${network.name}`, textTable(layerTable(network)), '',
    `${onArrays.length} of ${network.layers.length} layers on ${total} arrays${cells === 0 ? '' : `, ${percent(used / cells)} of their cells used`}` +
      `${digital === 0 ? '' : `; ${digital} kept digital`}; ${network.otherNodes} other nodes are digital.`
  ]
}

/** The description in plain words. */
export function descriptionText({ hardware, problems, network }: Description): string {
  const effects = activeEffects(hardware)
  const off = effectSwitches.filter((key) => !hardware.effects[key]).map((key) => effectNames[key])
  const digital = describeDigitalLayers(hardware)
  const [errors, warnings] = [problems.filter(isError), problems.filter((each) => !isError(each))]
  const own = layerSettings(hardware).flatMap(({ layer, settings, effects: switches }) => [
    ...settings.map(({ section, label, value }) => `  ${layer}: ${sectionTitles[section]}: ${label} ${value}`), ...switches.map((each) => `  ${layer}: ${effectNames[each.switch]} ${each.on ? 'on' : 'off'}`)
  ])
  return [
    hardware.name, `Device: ${deviceName(hardware.device)}`, '',
    ...(effects.length === 0
      ? ['No analog effect is active: the hardware computes what the digital network computes.']
      : ['Active effects, in the order in which they act:', ...effects.map(effectLine)]),
    ...(off.length === 0 ? [] : [`Switched off: ${off.join(', ')}.`]),
    ...(digital === null ? [] : [digital]),
    ...(errors.length === 0 ? [] : ['', 'Refused:', ...errors.map(problemLine)]),
    ...(warnings.length === 0 ? [] : ['', 'Warnings:', ...warnings.map(problemLine)]),
    '', 'Settings that act or differ from the default:', ...settingLines(hardware),
    ...(own.length === 0 ? [] : ['', 'Layers with settings of their own:', ...own]),
    ...(network === null ? [] : networkLines(network))
  ].map((line) => (line.includes('\n') ? line : printable(line.replace(/[\u00a0\u202f]/g, ' ')))).join('\n')
}

export async function describe(options: DescribeOptions): Promise<number> {
  const { hardware, sweep } = hardwareFrom(options, await baseHardware(options))
  if (sweep !== null) fail('ARGUMENT_INVALID', `--${sweep.parameter}`, 'Found a sweep; one hardware is described at a time.', 'Give one value.')
  const seen = options.model === undefined ? null : await lookAt(options.model, hardware)
  const description = { hardware, problems: [...runProblems(hardware, null), ...(seen?.problems ?? [])], network: seen?.network ?? null }
  await writeOut(options.json === true ? JSON.stringify(descriptionJson(description), null, 2) : descriptionText(description))
  const first = description.problems.find(isError)
  if (first === undefined) return 0
  reportProblem(first)
  return exitCodeOf(first)
}
