/** The vocabulary that must have gradients, and that every rule is tested. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { gradientRules } from '.'

/** Differentiable operators of common vision, audio and transformer networks. */
const vocabulary = `Add Sub Mul Div Neg Abs Pow Sqrt Exp Log Reciprocal Min Max Where Clip Relu LeakyRelu PRelu Elu Selu Celu HardSigmoid HardSwish Sigmoid Tanh Softplus Mish Erf Gelu Softmax LogSoftmax
LayerNormalization GroupNormalization InstanceNormalization BatchNormalization LRN Conv ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool LpPool Gemm MatMul Einsum Transpose Reshape Flatten
Squeeze Unsqueeze Expand Tile Slice Concat Split Gather GatherElements Pad Resize ReduceSum ReduceMean ReduceMax ReduceL2 Cast Identity Dropout DepthToSpace SpaceToDepth`.split(/\s+/)

const known = gradientRules.map(({ opType }) => opType)

it('has a rule for every operator of the common vocabulary, and none twice', () => {
  expect(vocabulary.filter((opType) => !known.includes(opType))).toEqual([])
  const names = gradientRules.map(({ domain, opType }) => `${domain ?? ''}:${opType}`)
  expect(new Set(names).size).toBe(names.length)
})

it('tests every rule', () => {
  const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts') && !file.endsWith('rules.test.ts'))
  const text = tests.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8')).join('\n')
  expect(known.filter((opType) => !new RegExp(`['"]${opType}['"]`).test(text))).toEqual([])
})
