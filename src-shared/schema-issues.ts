/** What a schema found wrong, in the words of a person: what was found and what was expected. */
import type { z } from 'zod'

/** A value as it is quoted in a message; long ones are cut. */
function quoted(value: unknown): string {
  if (value === undefined) return 'nothing'
  // JSON would write null for a number such as 1e999.
  if (typeof value === 'number') return String(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`)
const typeNames: Record<string, string> = { int: 'a whole number', record: 'an object', nan: 'not a number' }

/** How far below (`least`) or above a limit may lie, for numbers, texts and lists. */
function limit(issue: { origin: string; inclusive?: boolean | undefined }, bound: number | bigint, least: boolean): string {
  if (issue.origin === 'number' || issue.origin === 'int' || issue.origin === 'bigint') {
    if (least) return issue.inclusive === false ? `a number above ${bound}` : `a number of at least ${bound}`
    return issue.inclusive === false ? `a number below ${bound}` : `a number of at most ${bound}`
  }
  return `${least ? 'at least' : 'at most'} ${bound} ${issue.origin === 'string' ? 'characters' : 'entries'}`
}

/** The message of one issue; needs `reportInput` for what was found. Messages that a schema wrote itself stay as they are. */
export function issueMessage(issue: z.core.$ZodIssue): string {
  const found = `Found ${quoted(issue.input)}, expected`
  switch (issue.code) {
    case 'too_small':
      return `${found} ${limit(issue, issue.minimum, true)}.`
    case 'too_big':
      return `${found} ${limit(issue, issue.maximum, false)}.`
    case 'invalid_type':
      return `${found} ${typeNames[issue.expected] ?? article(issue.expected)}.`
    case 'invalid_value':
      return `${found} ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => quoted(value)).join(', ')}.`
    case 'unrecognized_keys':
      return `There is no field ${issue.keys.map((key) => quoted(key)).join(', ')} here.`
    case 'invalid_union': {
      const options = discriminatorOptions(issue)
      return options === null ? issue.message : `Found ${quoted(chosen(issue))}, expected one of ${options.map(quoted).join(', ')}.`
    }
    case 'invalid_key':
      return issue.issues[0] === undefined ? issue.message : issueMessage(issue.issues[0])
    default:
      return issue.message
  }
}

/** What a union tells apart its forms by, such as the kinds of devices; null for a union that is told apart by nothing. */
const discriminatorOptions = (issue: z.core.$ZodIssueInvalidUnion): readonly unknown[] | null =>
  'options' in issue && Array.isArray(issue.options) ? issue.options : null

/** The value of that field; the issue holds the object around it. */
const chosen = ({ input, path }: z.core.$ZodIssueInvalidUnion): unknown =>
  typeof input === 'object' && input !== null ? (input as Record<PropertyKey, unknown>)[path.at(-1) ?? ''] : input

/** Path of the field that is meant; for an unknown field that field itself. */
export const issuePath = (issue: z.core.$ZodIssue): string =>
  [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.')
