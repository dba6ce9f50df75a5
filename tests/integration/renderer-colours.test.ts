/** The colours of the interface: contrast by WCAG AA in both themes, and no colour outside of the tokens. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const renderer = join(import.meta.dirname, '../../src-renderer')
const css = readFileSync(join(renderer, 'styles/tokens.css'), 'utf8')
const tokens = new Map([...css.matchAll(/(--color-[\w-]+):\s*(?:light-dark\(\s*(#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)|(#[0-9a-f]{6}))/g)].map(([, name, light, dark, both]) => [name ?? '', [light ?? both ?? '', dark ?? both ?? '']]))

/** Relative luminance and contrast ratio, WCAG 2.2. */
const luminance = (hex: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

/** WCAG AA: text 4.5 : 1, outlines of controls and signs 3 : 1. */
const textRatio = 4.5
const signRatio = 3
const surfaces = ['surface', 'surface-sunken', 'surface-raised', 'chrome', 'canvas']
const textPairs = [
  ...['text', 'text-muted', 'text-faint', 'accent-text', 'bad'].flatMap((text) => surfaces.map((surface) => [text, surface])),
  ['text', 'hover'], ['text', 'pressed'], ['text-muted', 'pressed'], ['text-muted', 'hover'], ['text', 'selection'], ['text', 'warning-soft'], ['text', 'bad-soft'], ['text', 'accent-soft'], ['text-muted', 'warning-soft'],
  ['text-muted', 'bad-soft'], ['good', 'good-soft'], ['good', 'surface'], ['warning', 'warning-soft'], ['bad', 'bad-soft'], ['accent-text', 'accent-soft'], ['accent-text', 'analog-soft'],
  ['text-muted', 'digital-soft'], ['unsupported', 'unsupported-soft'], ['on-accent', 'accent'], ['on-accent', 'accent-hover'], ['on-bad', 'bad-solid']
]
const signPairs = [
  ['control-border', 'surface'], ['control-border', 'control'], ['focus', 'surface'], ['focus', 'canvas'], ['accent', 'surface'], ['accent', 'chrome'], ['analog', 'surface'], ['digital', 'surface'],
  ['unsupported', 'surface'], ['warning', 'chrome'], ['good', 'chrome'], ['accent', 'pressed']
]

describe.each([['light', 0], ['dark', 1]] as const)('the %s theme', (_, theme) => {
  const value = (name: string): string => {
    const found = tokens.get(`--color-${name}`)?.[theme]
    if (found === undefined) throw new Error(`There is no colour ${name}.`)
    return found
  }
  const poor = (pairs: string[][], ratio: number): string[] =>
    pairs.flatMap(([front = '', back = '']) => {
      const found = contrast(value(front), value(back))
      return found < ratio ? [`${front} on ${back}: ${found.toFixed(2)}`] : []
    })
  it('has readable text', () => expect(poor(textPairs, textRatio)).toEqual([]))
  it('has visible outlines and signs', () => expect(poor(signPairs, signRatio)).toEqual([]))
})

it('is the only place of colours: no component holds a literal one', () => {
  const components = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.vue'))
  expect(components.length).toBeGreaterThan(20)
  const literal = /#[0-9a-f]{3,8}\b(?=[^{]*[;)])|\b(?:rgb|hsl|oklch)a?\(/i
  const styleOf = (name: string): string => /<style[\s\S]*<\/style>/.exec(readFileSync(join(renderer, name), 'utf8'))?.[0] ?? ''
  expect(components.filter((name) => literal.test(styleOf(name)))).toEqual([])
})
