/** A report on any ONNX file that can be decoded, also where the network cannot be imported because of an operator. */
import { basename, dirname } from 'node:path'
import type { NetworkReport } from '@shared/network'
import { readModel } from './codec'
import { openExternalFiles } from './external-data'
import { fileSum, importNetwork, type ImportOptions } from './import'
import { OperatorError } from './import-checks'
import { readModelFile } from './model-file'
import type { Network } from './network'
import { inlineFunctions } from './passes/inline-functions'
import { normalizeModel } from './passes/normalize'
import { buildReport } from './report'

/**
 * The import report, storing nothing; `annotate` adds what other parts of the engine know of the network. Where an operator is unknown to ONNX Runtime the nodes with it are `unsupported`,
 * and costs that need shapes are 0. Any other failure of the import is raised as its problem.
 */
export async function inspectNetwork(file: string, options: ImportOptions = {}, annotate: (network: Network) => Network = (network) => network): Promise<NetworkReport> {
  try {
    return annotate(await importNetwork(file, options)).report
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown
    return structuralReport(file, thrown)
  }
}

function structuralReport(file: string, cause: OperatorError): NetworkReport {
  const where = basename(file)
  const bytes = readModelFile(file)
  const external = openExternalFiles(dirname(file), where)
  const original = readModel(bytes, { where, external: external.read })
  const notes: string[] = [`This network cannot be imported. ${cause.problem.message}`]
  const model = normalizeModel(inlineFunctions(original, where, notes).model, notes)
  const input = model.graph.inputs[0]
  const dims = (input?.shape ?? []).slice(1).map((dim) => (typeof dim === 'number' ? dim : 0))
  const report = buildReport({
    name: where, ...fileSum(bytes, external), original, model,
    shapes: { shape: () => undefined }, input: { name: input?.name ?? '', shape: dims }, output: { name: model.graph.outputs[0]?.name ?? '', classes: 0 },
    batch: 'free', freed: false, notes
  })
  const nodes = report.nodes.map((entry, index) => {
    const node = model.graph.nodes[index]!
    // The refusal names a node as the file does: before unnamed nodes got names.
    const unnamed = original.graph.nodes.find((other) => other.outputs[0] === node.outputs[0])
    if (!cause.concerns(node) && !(unnamed !== undefined && cause.concerns(unnamed))) return entry
    return { ...entry, placement: 'unsupported' as const, reason: cause.problem.message, matrix: null }
  })
  return { ...report, nodes }
}
