import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import type { Graph } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import { createSession, runSession } from '../onnx/session'
import { withFusedGelu as fuse } from './fuse-gelu'
import { withoutDeadNodes } from './prune'
import { modelOf, probeShapes, values } from './testing/finite-differences'

/** float32 rounding of values below 3, through two ways of computing erf. */
const roundingTolerance = 1e-6

const x = values([4, 25], 3, 3)

type Build = (parts: { mul: (a: string, b: string | number) => string; sum: string; builder: GraphBuilder }) => string

const feeds = { x: new ort.Tensor('float32', x.data, x.dims) }
const withFusedGelu = async (graph: Graph, trained: readonly string[] = []): Promise<Graph> => fuse(graph, { shape: await probeShapes(graph, feeds), free: new Set(trained) })

/** A graph of x that has 1 + erf(x/√2), and what `build` makes of it. */
function graphOf(build: Build, { scale = 'Div', added = 1, divisor = Math.SQRT2 }: { scale?: 'Div' | 'Mul'; added?: number; divisor?: number } = {}): Graph {
  const builder = new GraphBuilder('gelu')
  builder.input({ name: 'x', type: 'float32', shape: x.dims })
  const mul = (a: string, b: string | number): string => builder.node('Mul', [a, typeof b === 'number' ? builder.scalar(b) : b])
  const u = scale === 'Div' ? builder.node('Div', ['x', builder.scalar(divisor)]) : builder.node('Mul', [builder.scalar(Math.SQRT1_2), 'x'])
  const sum = builder.node('Add', [builder.node('Erf', [u]), builder.scalar(added)])
  builder.output({ name: build({ mul, sum, builder }), type: 'float32', shape: null })
  return builder.build()
}

async function run(graph: Graph): Promise<Float32Array> {
  const session = await createSession(modelOf(graph), { optimization: 'disabled' })
  const result = await runSession(session, feeds)
  await session.release()
  return (result[graph.outputs[0]!.name] as ort.Tensor).data as Float32Array
}

const operators = (graph: Graph): string[] => withoutDeadNodes(graph).nodes.map(({ opType }) => opType)

const forms: Record<string, Build> = {
  '(x · (1 + erf)) · ½': ({ mul, sum }) => mul(mul('x', sum), 0.5),
  '(x · ½) · (1 + erf)': ({ mul, sum }) => mul(mul('x', 0.5), sum),
  'x · ((1 + erf) · ½)': ({ mul, sum }) => mul('x', mul(sum, 0.5))
}

describe('Gelu written out', () => {
  for (const scale of ['Div', 'Mul'] as const) {
    it.each(Object.entries(forms))(`with ${scale}, as %s is one operator of the same values`, async (_, build) => {
      const graph = graphOf(build, { scale })
      const fused = withoutDeadNodes(await withFusedGelu(graph))
      expect(operators(fused)).toEqual(['Gelu'])
      const [found, expected] = [await run(fused), await run(graph)]
      expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(roundingTolerance)
    })
  }

  const usual = forms['(x · (1 + erf)) · ½']!
  it.each<[string, Graph]>([
    ['another summand', graphOf(usual, { added: 2 })],
    ['another divisor', graphOf(usual, { divisor: 1.5 })],
    ['another factor', graphOf(({ mul, sum }) => mul(mul('x', sum), 0.25))],
    ['a factor that is not x', graphOf(({ mul, sum }) => mul(mul(mul('x', 3), sum), 0.5))],
    ['a second factor that is not x', graphOf(({ mul, sum }) => mul(mul(sum, 0.5), mul('x', 3)))],
    ['no half', graphOf(({ mul, sum }) => mul('x', sum))],
    ['a reader of what lies between', graphOf(({ mul, sum, builder }) => builder.node('Add', [mul(mul('x', sum), 0.5), sum]))],
    ['an output that lies between', graphOf(({ mul, sum, builder }) => {
      builder.output({ name: sum, type: 'float32', shape: null })
      return mul(mul('x', sum), 0.5)
    })],
    ['a constant that adds an axis', graphOf(({ mul, sum, builder }) => mul(mul('x', sum), builder.constant('half', { type: 'float32', dims: [1, 1, 1], data: Float32Array.of(0.5) })))]
  ])('is left alone with %s', async (_, graph) => {
    expect(operators(await withFusedGelu(graph))).toEqual(operators(graph))
  })

  it('is left alone where its constant is trained', async () => {
    const graph = graphOf(({ mul, sum, builder }) => mul(mul('x', sum), builder.initializer('half', { type: 'float32', dims: [], data: Float32Array.of(0.5) })))
    expect(operators(await withFusedGelu(graph))).toEqual(['Gelu'])
    expect(operators(await withFusedGelu(graph, ['half']))).toEqual(operators(graph))
  })
})
