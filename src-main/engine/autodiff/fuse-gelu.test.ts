import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import type { Graph } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import { createSession, runSession } from '../onnx/session'
import { withFusedGelu } from './fuse-gelu'
import { withoutDeadNodes } from './prune'
import { modelOf, values } from './testing/finite-differences'

/** float32 rounding of values below 3, through two ways of computing erf. */
const roundingTolerance = 1e-6

const x = values([4, 25], 3, 3)

type Build = (parts: { mul: (a: string, b: string | number) => string; sum: string; builder: GraphBuilder }) => string

/** A graph of x that has 1 + erf(x/√2), and what `build` makes of it. */
function graphOf(build: Build, { scale = 'Div', added = 1 }: { scale?: 'Div' | 'Mul'; added?: number } = {}): Graph {
  const builder = new GraphBuilder('gelu')
  builder.input({ name: 'x', type: 'float32', shape: x.dims })
  const mul = (a: string, b: string | number): string => builder.node('Mul', [a, typeof b === 'number' ? builder.scalar(b) : b])
  const u = scale === 'Div' ? builder.node('Div', ['x', builder.scalar(Math.SQRT2)]) : builder.node('Mul', [builder.scalar(Math.SQRT1_2), 'x'])
  const sum = builder.node('Add', [builder.node('Erf', [u]), builder.scalar(added)])
  builder.output({ name: build({ mul, sum, builder }), type: 'float32', shape: null })
  return builder.build()
}

async function run(graph: Graph): Promise<Float32Array> {
  const session = await createSession(modelOf(graph), { optimization: 'disabled' })
  const result = await runSession(session, { x: new ort.Tensor('float32', x.data, x.dims) })
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
      const fused = withoutDeadNodes(withFusedGelu(graph))
      expect(operators(fused)).toEqual(['Gelu'])
      const [found, expected] = [await run(fused), await run(graph)]
      expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(roundingTolerance)
    })
  }

  it.each<[string, Graph]>([
    ['another summand', graphOf(forms['(x · (1 + erf)) · ½']!, { added: 2 })],
    ['another factor', graphOf(({ mul, sum }) => mul(mul('x', sum), 0.25))],
    ['a factor that is not x', graphOf(({ mul, sum }) => mul(mul(mul('x', 3), sum), 0.5))],
    ['no half', graphOf(({ mul, sum }) => mul('x', sum))],
    ['a reader of what lies between', graphOf(({ mul, sum, builder }) => builder.node('Add', [mul(mul('x', sum), 0.5), sum]))]
  ])('is left alone with %s', (_, graph) => {
    expect(operators(withFusedGelu(graph))).toEqual(operators(graph))
  })
})
