/** A graph while passes rewrite nodes of it: fresh names, new constants, and the shapes of values for one batch size. */
import { elementCount, type AttributeValue, type FloatTensor, type Model, type Node, type Tensor } from '../graph'
import { allNames, freshName, withGraph } from '../graph-queries'

/** Shape of a value at the batch size of the probe; undefined where it is unknown. */
export type ShapeOf = (value: string) => readonly number[] | undefined

export const floatConstant = (initializers: ReadonlyMap<string, Tensor>, name: string | undefined): FloatTensor | undefined => {
  const tensor = name === undefined ? undefined : initializers.get(name)
  return tensor?.type === 'float32' ? tensor : undefined
}

export class GraphEdit {
  readonly initializers: Map<string, Tensor>
  private readonly taken: Set<string>
  private readonly nodeNames: Set<string>
  private readonly newShapes = new Map<string, readonly number[]>()
  private readonly derived = new Map<string, string>()
  private readonly fromSource = new Map<string, string[]>()

  constructor(
    private readonly model: Model,
    private readonly shapeOf: ShapeOf
  ) {
    this.initializers = new Map(model.graph.initializers)
    this.taken = allNames(model.graph)
    this.nodeNames = new Set(model.graph.nodes.map((node) => node.name))
  }

  float(name: string | undefined): FloatTensor | undefined {
    return floatConstant(this.initializers, name)
  }

  shape(value: string): readonly number[] | undefined {
    return this.newShapes.get(value) ?? this.shapeOf(value)
  }

  /** A new name for a value near `hint`. */
  value(hint: string, shape: readonly number[]): string {
    const name = freshName(this.taken, hint)
    this.newShapes.set(name, shape)
    return name
  }

  /** A new constant. */
  constant(hint: string, tensor: Tensor): string {
    const name = freshName(this.taken, hint)
    this.initializers.set(name, tensor)
    return name
  }

  /** The constant that follows from the one called `source`, the same for everyone who asks: layers that share weights still do. */
  derive(source: string, how: string, make: () => FloatTensor): string {
    const key = `${how}:${source}`
    const known = this.derived.get(key)
    if (known !== undefined) return known
    const name = this.constant(`${source}_${how}`, make())
    this.derived.set(key, name)
    return name
  }

  /** A constant with the contents of `tensor`, which follows from the constant `source`: that one itself, or one for all who ask. */
  equal(source: string, hint: string, tensor: FloatTensor): string {
    const made = this.fromSource.get(source) ?? [source]
    this.fromSource.set(source, made)
    const known = made.find((name) => {
      const other = this.float(name)!
      return other.dims.join() === tensor.dims.join() && other.data.every((value, i) => Object.is(value, tensor.data[i]))
    })
    if (known !== undefined) return known
    const name = this.constant(hint, tensor)
    made.push(name)
    return name
  }

  axes(values: readonly number[]): string {
    return this.constant('axes', { type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) })
  }

  /** A node with one output; `hint` is near its name. */
  node(hint: string, opType: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, AttributeValue>> = {}): Node {
    return { name: freshName(this.nodeNames, hint), opType, domain: '', inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) }
  }

  transpose(hint: string, input: string, output: string, perm: readonly number[]): Node {
    return this.node(hint, 'Transpose', [input], output, { perm: { kind: 'ints', value: perm } })
  }

  result(nodes: readonly Node[]): Model {
    return withGraph(this.model, { nodes, initializers: this.initializers })
  }
}

/** The order of `rank` axes with the last two exchanged. */
export const lastExchanged = (rank: number): number[] => Array.from({ length: rank }, (_, axis) => (axis === rank - 2 ? rank - 1 : axis === rank - 1 ? rank - 2 : axis))

/** Matrices [… , K, N] → [… , N, K]. */
export function transposedMatrices({ dims, data }: FloatTensor): FloatTensor {
  const [rows = 1, columns = 1] = dims.slice(-2)
  const result = new Float32Array(data.length)
  const size = rows * columns
  for (let matrix = 0; matrix < elementCount(dims.slice(0, -2)); matrix++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) result[matrix * size + column * rows + row] = data[matrix * size + row * columns + column]!
    }
  }
  return { type: 'float32', dims: [...dims.slice(0, -2), columns, rows], data: result }
}
