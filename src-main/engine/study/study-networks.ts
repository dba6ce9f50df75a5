/** The networks of a study: the one in use first. */
import type { StudyConfig } from '@shared/study'
import { originalName } from '@shared/study'
import type { Network } from '../onnx/network'
import { openSource, requireSameLayers, type NetworkSource } from '../resources/compared'
import { openInputs, type Opened } from '../resources/inputs'

export interface OpenedStudy extends Opened {
  tuned: Network[]
}

export interface StudyNetwork {
  name: string
  network: Network
}

/** Problem STUDY_INVALID when a network has other layers than the one in use. */
export async function openStudy(params: { networkFolder: string; datasetFolder: string; config: StudyConfig; tuned: readonly NetworkSource[] }): Promise<OpenedStudy> {
  const opened = await openInputs(params)
  const tuned: Network[] = []
  for (const [index, source] of params.tuned.entries()) {
    const network = await openSource(source)
    requireSameLayers(opened.network, network, { code: 'STUDY_INVALID', where: `study.tuned.${index}`, name: `“${params.config.settings.tuned[index]?.name ?? network.report.name}”` })
    tuned.push(network)
  }
  return { ...opened, tuned }
}

export const namedNetworks = ({ network, tuned }: OpenedStudy, { settings }: StudyConfig): StudyNetwork[] => [
  { name: originalName, network },
  ...tuned.map((each, index) => ({ name: settings.tuned[index]?.name ?? each.report.name, network: each }))
]
