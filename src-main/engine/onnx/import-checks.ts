/** Versions and operators: what can be said before ONNX Runtime is asked, and what its refusal means. */
import { ProblemError, fail, problem, type Problem } from '@shared/problems'
import { newestIrVersion, newestOpset, type Model, type Node } from './graph'
import { eachNode } from './graph-queries'

/** Below this, operators lack the broadcasting rules that all of ONNX has since. */
export const oldestOpset = 7
/** The IR version that came with ONNX 1.0, to which operator set 7 is the third; earlier files are from before the format was settled. */
export const oldestIrVersion = 3

/** Domains that ONNX Runtime's CPU build implements. */
export const knownDomains = new Set(['', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc', 'ai.onnx.preview.training', 'ai.onnx.preview', 'ai.onnx.training', 'com.microsoft.experimental'])

/** The problem MODEL_OPERATOR_UNSUPPORTED, which also knows the nodes it is about. */
export class OperatorError extends ProblemError {
  constructor(value: Problem, readonly concerns: (node: Node) => boolean) {
    super(value)
  }
}

/** Problem MODEL_OPSET_UNSUPPORTED. */
export function checkVersions(model: Model, where: string): void {
  checkOpset(model.opsets.get(''), 'The model', where)
  for (const each of model.functions) checkOpset(each.opsets.get(''), `The function “${each.name.slice(0, 100)}”`, where)
  const { irVersion } = model
  if (irVersion < oldestIrVersion || irVersion > newestIrVersion) {
    fail('MODEL_OPSET_UNSUPPORTED', where, `The model has IR version ${irVersion}; versions ${oldestIrVersion} to ${newestIrVersion} can be read.`)
  }
}

function checkOpset(opset: number | undefined, what: string, where: string): void {
  if (opset !== undefined && opset < oldestOpset) fail('MODEL_OPSET_UNSUPPORTED', where, `${what} uses operator set ${opset}; at least ${oldestOpset} is needed.`)
  if (opset !== undefined && opset > newestOpset) fail('MODEL_OPSET_UNSUPPORTED', where, `${what} uses operator set ${opset}; ONNX Runtime takes up to ${newestOpset}.`)
}

/** Problem MODEL_OPERATOR_UNSUPPORTED for operators from a domain that ONNX Runtime does not have. The model has no functions any more. */
export function checkDomains(model: Model, where: string): void {
  const custom: Node[] = []
  eachNode(model.graph, (node) => { if (!knownDomains.has(node.domain)) custom.push(node) })
  if (custom.length > 0) {
    const names = [...new Set(custom.map((node) => `${node.domain}.${node.opType}`))]
    const message = `The model uses operators of its own makers, which ONNX Runtime does not have: ${names.slice(0, 10).join(', ')}.`
    throw new OperatorError(problem('MODEL_OPERATOR_UNSUPPORTED', where, message), (node) => custom.some(({ domain, opType }) => domain === node.domain && opType === node.opType))
  }
}

/** What ONNX Runtime's refusal says of one operator; null when it says something else. */
export function refusedOperator(message: string): { opType: string; node: string | null } | null {
  const unregistered = /In Node, \("([^"]*)", ([\w.]+),.*(?:No Op registered for|No opset import for domain)/.exec(message)
  if (unregistered !== null) return { node: unregistered[1] || null, opType: unregistered[2]! }
  const unimplemented = /Could not find an implementation for (?:[\w.]+:)?(\w+)\(\d+\) node with name '([^']*)'/.exec(message)
  if (unimplemented !== null) return { node: unimplemented[2] || null, opType: unimplemented[1]! }
  const unknown = /(?:Fatal error: )?(?:[\w.]+:)?(\w+)\(-?\d+\) is not a registered function\/op/.exec(message)
  return unknown === null ? null : { node: null, opType: unknown[1]! }
}

/** A refusal by ONNX Runtime that concerns one operator or the version becomes a problem that says so; others stay. */
export function operatorProblem(thrown: unknown, where: string): unknown {
  if (!(thrown instanceof ProblemError) || thrown.problem.code !== 'MODEL_RUNTIME_REJECTED') return thrown
  const { message } = thrown.problem
  const version = /Opset (\d+) is under development/.exec(message)
  if (version !== null) return new ProblemError(problem('MODEL_OPSET_UNSUPPORTED', where, `The model uses operator set ${version[1]}, which is newer than this ONNX Runtime.`))
  const refused = refusedOperator(message)
  if (refused === null) return thrown
  const named = refused.node === null ? '' : ` (node “${refused.node}”)`
  const text = `ONNX Runtime has no operator ${refused.opType}${named} for these types and this operator set.`
  return new OperatorError(problem('MODEL_OPERATOR_UNSUPPORTED', where, text), (node) => node.opType === refused.opType && (refused.node === null || refused.node === node.name))
}
