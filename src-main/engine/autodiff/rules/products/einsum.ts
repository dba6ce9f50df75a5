/**
 * Einsum: Y = Σ of products of operands, by letters. The gradient of an operand is an Einsum again: of ∂Y and all other operands, over all letters that the
 * operand does not have. A letter that only the operand has (it was summed alone) comes from ones; a letter that stands twice in it (a diagonal) puts the
 * gradient on that diagonal of a unit matrix.
 */
import { stringAttribute } from '../../../onnx/graph'
import { filled, sumToShape } from '../../broadcast'
import { unitMatrix } from '../../axis-matrix'
import type { GradientRule, RuleContext } from '../../gradient-rule'

export const einsumRule: GradientRule = {
  opType: 'Einsum',
  gradient(context) {
    const { node, needs } = context
    const { terms, result } = letters(context)
    return node.inputs.map((_, index) => (needs(index) ? gradientOf(context, terms, result, index) : undefined))
  }
}

function gradientOf(context: RuleContext, terms: readonly string[], result: string, index: number): string {
  const { builder, node, upstream } = context
  const shape = context.inputShape(index)
  const own = terms[index]!
  const inputs = [upstream, ...node.inputs.filter((_, i) => i !== index)]
  const parts = [result, ...terms.filter((_, i) => i !== index)]
  const known = new Set(parts.join(''))
  const used = new Set([...terms.join(''), ...result])
  let target = ''
  const sizes: number[] = []
  const sizeOf = letterSizes(context, terms)
  ;[...own].forEach((letter, axis) => {
    const size = sizeOf.get(letter) ?? 1
    sizes.push(size)
    if (target.includes(letter)) {
      const second = unused(used)
      inputs.push(unitMatrix(builder, shape[axis] ?? 1))
      parts.push(letter + second)
      target += second
      return
    }
    if (!known.has(letter)) {
      inputs.push(filled(builder, 1, [size]))
      parts.push(letter)
      known.add(letter)
    }
    target += letter
  })
  const full = builder.node('Einsum', inputs, { equation: `${parts.join(',')}->${target}` })
  return sumToShape(builder, full, sizes, shape)
}

/** Every term with letters alone: an ellipsis gets letters of its own, and what the result is by default is written out. */
function letters(context: RuleContext): { terms: string[]; result: string } {
  const equation = stringAttribute(context.node, 'equation', '').replaceAll(' ', '')
  const [left = '', right] = equation.split('->')
  const used = new Set(equation)
  const given = left.split(',')
  const covered = given.map((term, i) => (term.includes('...') ? context.inputShape(i).length - term.replace('...', '').length : 0))
  const ellipsis = Array.from({ length: Math.max(0, ...covered) }, () => unused(used)).join('')
  const spelled = (term: string, count: number): string => term.replace('...', ellipsis.slice(ellipsis.length - count))
  const terms = given.map((term, i) => spelled(term, covered[i] ?? 0))
  if (right !== undefined) return { terms, result: right.includes('...') ? spelled(right, ellipsis.length) : right }
  const all = [...left.replaceAll(/[.,]/g, '')]
  const once = [...new Set(all)].filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter)).sort()
  return { terms, result: ellipsis + once.join('') }
}

/** Size of each letter: the largest of its uses, since sizes of 1 are broadcast. */
function letterSizes(context: RuleContext, terms: readonly string[]): Map<string, number> {
  const sizes = new Map<string, number>()
  terms.forEach((term, i) => [...term].forEach((letter, axis) => sizes.set(letter, Math.max(sizes.get(letter) ?? 1, context.inputShape(i)[axis] ?? 1))))
  return sizes
}

function unused(used: Set<string>): string {
  const found = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].find((letter) => !used.has(letter))
  if (found === undefined) throw new Error('An Einsum with more than 52 letters')
  used.add(found)
  return found
}
