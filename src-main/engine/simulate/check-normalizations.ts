/** Ranks the common normalisations by the accuracy that they give the digital network. */
import type { NormalizationCandidate } from '@shared/dataset'
import { openDataset } from '../data/dataset-store'
import { normalizationCandidates } from '../data/normalizations'
import { availableForEvaluation, evaluationRange } from '../data/split'
import { openNetwork } from '../onnx/network-store'
import type { EngineTasks, TaskControl } from '../tasks'
import type { ComputePool } from '../workers/pool'
import { Evaluator } from './evaluator'

export async function checkNormalizations(
  params: EngineTasks['dataset.checkNormalizations']['params'],
  control: TaskControl,
  pool: ComputePool
): Promise<NormalizationCandidate[]> {
  const network = await openNetwork(params.networkFolder)
  const dataset = await openDataset(params.datasetFolder)
  const range = evaluationRange(dataset.summary, { count: Math.min(params.images, availableForEvaluation(dataset.summary)), first: null })
  const candidates = normalizationCandidates(dataset.summary)
  const ranked: NormalizationCandidate[] = []
  for (const [index, { name, preprocessing }] of candidates.entries()) {
    control.report({ fraction: index / candidates.length, activity: name })
    const evaluator = new Evaluator({ network, dataset, preprocessing, batch: 100, calibrationRange: range, pool, signal: control.signal })
    const { top1, images } = await evaluator.digital(range)
    ranked.push({ name, preprocessing, top1, images })
    await control.checkpoint()
  }
  return ranked.sort((a, b) => b.top1 - a.top1)
}
