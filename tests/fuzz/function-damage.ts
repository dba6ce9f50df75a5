/** Damage to model-local functions and to the calls of them. */
import type { Graph, Model, ModelFunction, Node } from '../../src-main/engine/onnx/graph'
import type { Chance } from './chance'
import type { GraphDamage } from './mutations'

const domain = 'com.acme'
const opsets = (model: Model): Map<string, number> => new Map([...model.opsets, [domain, 1]])
const call = (name: string, inputs: readonly string[], outputs: readonly string[]): Node => ({ name: '', opType: name, domain, inputs, outputs, attributes: new Map() })
const define = (model: Model, name: string, nodes: readonly Node[]): ModelFunction =>
  ({ name, domain, overload: '', inputs: ['a'], outputs: ['r'], attributes: [], defaults: new Map(), nodes, opsets: opsets(model) })

/** The model with one of its nodes moved into a function: a beginning for models that have none. */
function withFunction(model: Model, chance: Chance): Model {
  const moved = chance.pick(model.graph.nodes)
  const named = (names: readonly string[], letter: string): string[] => names.map((name, i) => (name === '' ? '' : `${letter}${i}`))
  const inputs = named(moved.inputs, 'in')
  const outputs = named(moved.outputs, 'out')
  const body: ModelFunction = { ...define(model, 'Moved', [{ ...moved, inputs, outputs }]), inputs, outputs }
  const nodes = model.graph.nodes.map((node) => (node === moved ? call('Moved', moved.inputs, moved.outputs) : node))
  return { ...model, opsets: opsets(model), functions: [...model.functions, body], graph: { ...model.graph, nodes } }
}

const changeFunction = (model: Model, chance: Chance, change: (body: ModelFunction) => ModelFunction): Model => {
  const target = chance.pick(model.functions)
  return { ...model, functions: model.functions.map((each) => (each === target ? change(each) : each)) }
}
const asGraph = ({ name, nodes, inputs, outputs }: ModelFunction): Graph => ({
  name, nodes, initializers: new Map(), inputs: inputs.map((input) => ({ name: input, type: 'float32', shape: null })), outputs: outputs.map((output) => ({ name: output, type: 'float32', shape: null }))
})

type FunctionDamage = (model: Model, chance: Chance, graphDamage: Readonly<Record<string, GraphDamage>>) => Model
const functionDamage: Readonly<Record<string, FunctionDamage>> = {
  body: (model, chance, graphDamage) => changeFunction(model, chance, (each) =>
    ({ ...each, nodes: each.nodes.length === 0 ? [] : chance.pick(Object.values(graphDamage))(asGraph(each), chance).nodes })),
  recursion: (model, chance) => changeFunction(model, chance, (each) => {
    const { name, domain: of, inputs, outputs } = chance.pick(model.functions)
    return { ...each, nodes: [...each.nodes, { ...call(name, inputs.map(() => each.inputs[0] ?? ''), outputs.map((_, i) => `again${i}`)), domain: of }] }
  }),
  interface: (model, chance) => changeFunction(model, chance, (each) => ({
    ...each, inputs: each.inputs.slice(chance.below(2)), outputs: chance.pick([[], [...each.outputs, 'nothing'], [...each.inputs], [...each.outputs, ...each.outputs]])
  })),
  references: (model, chance) => changeFunction(model, chance, (each) => ({
    ...each, defaults: new Map([['limit', chance.pick([{ kind: 'int' as const, value: -1 }, { kind: 'reference' as const, name: 'limit', type: 2 }])]]),
    nodes: each.nodes.map((node) => ({ ...node, attributes: new Map([...node.attributes, [chance.pick([...node.attributes.keys(), 'axis', 'axes', 'alpha']), { kind: 'reference' as const, name: chance.pick(['limit', 'none', '']), type: chance.pick([1, 2, 5, 99]) }]]) }))
  })),
  versions: (model, chance) => changeFunction(model, chance, (each) => ({ ...each, opsets: new Map([['', chance.pick([0, 7, 9, 12, 18, 26, 99, -1])]]) })),
  domains: (model, chance) => changeFunction(model, chance, (each) => ({ ...each, domain: chance.pick(['', 'com.microsoft', 'ai.onnx.ml', 'com.acme']), name: chance.pick([each.name, 'Relu', 'Conv', 'x'.repeat(9999)]) })),
  twice: (model, chance) => ({ ...model, functions: [...model.functions, chance.pick(model.functions)] }),
  missing: (model, chance) => ({ ...model, functions: model.functions.filter(() => chance.below(2) === 0) }),
  /** Each calls the next one several times. */
  bomb(model, chance) {
    const depth = chance.pick([5, 20, 63, 1000])
    const width = chance.pick([1, 2, 9])
    const bodies = Array.from({ length: depth }, (_, i) => define(model, `f${i}`, i === depth - 1
      ? [{ ...call('Identity', ['a'], ['r']), domain: '' }]
      : Array.from({ length: width }, (__, j) => call(`f${i + 1}`, [j === 0 ? 'a' : `m${j - 1}`], [j === width - 1 ? 'r' : `m${j}`]))))
    const last = model.graph.outputs[0]?.name ?? 'y'
    const nodes = model.graph.nodes.map((node) => ({ ...node, outputs: node.outputs.map((name) => (name === last ? 'before' : name)) }))
    return { ...model, opsets: opsets(model), functions: [...model.functions, ...bodies], graph: { ...model.graph, nodes: [...nodes, call('f0', ['before'], [last])] } }
  }
}

/** The model with functions, one to three times damaged. */
export function damagedFunctions(model: Model, chance: Chance, graphDamage: Readonly<Record<string, GraphDamage>>): Model {
  let damaged = model.functions.length === 0 ? withFunction(model, chance) : model
  for (let count = 0; count <= chance.below(3) && damaged.functions.length > 0; count++) damaged = chance.pick(Object.values(functionDamage))(damaged, chance, graphDamage)
  return damaged
}
