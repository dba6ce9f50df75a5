/** The network and the data of a run. */
import type { Dataset } from '../data/dataset'
import { openDataset } from '../data/dataset-store'
import type { Network } from '../onnx/network'
import { openNetwork } from '../onnx/network-store'

export interface Opened {
  network: Network
  dataset: Dataset
}

export async function openInputs({ networkFolder, datasetFolder }: { networkFolder: string; datasetFolder: string }): Promise<Opened> {
  return { network: await openNetwork(networkFolder), dataset: await openDataset(datasetFolder) }
}
