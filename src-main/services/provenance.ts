/** What identifies this program, this machine and the inputs of a run. */
import { createRequire } from 'node:module'
import { availableParallelism, cpus } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import type { RequestOutput } from '@shared/api'
import type { DatasetSummary, Preprocessing } from '@shared/dataset'
import type { NetworkReport } from '@shared/network'
import type { Provenance } from '@shared/run'
import { version } from '../../package.json'
import type { HostAbilities } from './contract'
import type { Imported } from './library'

/** The installed version, which is what computes; package.json of this program only says which one was asked for. */
function onnxRuntimeVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('onnxruntime-node/package.json')
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'
}

const processorName = (): string => cpus()[0]?.model.trim() ?? 'unknown'

type Environment = Omit<Provenance, 'network' | 'dataset'>

const environment = (): Environment => ({
  appVersion: version,
  onnxRuntimeVersion: onnxRuntimeVersion(),
  nodeVersion: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  processor: processorName()
})

export function provenanceOf(network: Imported<NetworkReport>, dataset: Imported<DatasetSummary>, preprocessing: Preprocessing): Provenance {
  return {
    ...environment(),
    network: { name: network.report.name, folder: network.folder, sha256: network.report.sha256 },
    dataset: { name: dataset.report.name, folder: dataset.folder, sha256: dataset.report.sha256, preprocessing }
  }
}

/** The same inputs in another run: its data, on this machine of today. */
export const provenanceAgain = (provenance: Provenance): Provenance => ({ ...provenance, ...environment() })

/** What differs between the machine of a run and this one, as far as it can change a result; empty when nothing does. */
export function environmentDifferences(provenance: Provenance): string[] {
  const now = environment()
  const fields = ['appVersion', 'onnxRuntimeVersion', 'platform', 'processor'] as const
  return fields.filter((field) => provenance[field] !== now[field]).map((field) => `${field} ${provenance[field]} → ${now[field]}`)
}

/** True when both runs read the same network and the same data in the same way. */
export const sameInputs = (a: Provenance, b: Provenance): boolean =>
  isDeepStrictEqual([a.network, a.dataset], [b.network, b.dataset])

export function appInfo(abilities: HostAbilities): RequestOutput<'app.info'> {
  const names = ['node', 'electron', 'chrome'] as const
  const versions: Record<string, string> = { 'onnxruntime-node': onnxRuntimeVersion() }
  for (const name of names) {
    const found = process.versions[name]
    if (found !== undefined) versions[name] = found
  }
  return {
    name: 'Analog CIM Studio', version, host: abilities.kind, platform: `${process.platform} ${process.arch}`,
    processor: processorName(), cores: availableParallelism(), versions, nativeDialogs: abilities.pick !== undefined
  }
}
