/**
 * Field documentation that cannot diverge from the schema: label, meaning and formula are attached to the schema of a
 * field, range and default are read from that same schema.
 */
import { z } from 'zod'

/** What only a person can say about a field. */
export interface FieldText {
  label: string
  meaning: string
  /** As printed behind the number; missing for numbers without unit and for choices. */
  unit?: string
  /** In plain text, for example `σ = a + b·G`. */
  formula?: string
  /** Plain words for each choice of an enumeration, by value. */
  choices?: Readonly<Record<string, string>>
}

/** A field as an editor shows it. */
export interface FieldDocumentation extends FieldText {
  /** Dotted path inside the document, for example `writeVerify.tries`. */
  path: string
  type: 'number' | 'integer' | 'choice' | 'boolean' | 'text' | 'numbers' | 'points'
  default: unknown
  /** Empty (`null`) is a value of its own. */
  nullable?: boolean
  minimum?: number
  maximum?: number
  /** True where the bound itself is not allowed. */
  exclusiveMinimum?: boolean
  exclusiveMaximum?: boolean
  /** Allowed values of a choice, in order. */
  values?: readonly (string | number)[]
  /** The field exists only while the choice at `path` has this value: an option of a discriminated union. */
  onlyWith?: { path: string; value: string }
}

const texts = z.registry<FieldText>()

/** Attaches `text` to the schema of one field; must be the outermost wrapper of that field. */
export function documented<S extends z.ZodType>(schema: S, text: FieldText): S {
  texts.add(schema, text)
  return schema
}

const numberBoundsSchema = z.object({
  type: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional()
})
/** The part of JSON Schema that fields of descriptions need. */
const jsonFieldSchema = numberBoundsSchema.extend({
  default: z.unknown(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  items: z.object({ type: z.string().optional() }).optional(),
  /** A nullable number: its own form and that of null. */
  anyOf: z.array(numberBoundsSchema).optional()
})

/**
 * Every field of `schema` except the literal `kind` that names it, nested objects by dotted path, in the order of the schema.
 * A discriminated union is a choice at `<path>.kind` followed by the fields of each option, marked `onlyWith`.
 * @throws Error for a field without text: a field that nobody explained is a programming fault.
 */
export function documentFields(schema: z.ZodObject, parent = ''): FieldDocumentation[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    if (!(field instanceof z.ZodType) || (name === 'kind' && field instanceof z.ZodLiteral)) return []
    const path = parent === '' ? name : `${parent}.${name}`
    const inner = field instanceof z.ZodPrefault ? field.unwrap() : field
    if (inner instanceof z.ZodObject) return documentFields(inner, path)
    const text = texts.get(field)
    if (text === undefined) throw new Error(`The field ${path} has no documentation.`)
    if (inner instanceof z.ZodDiscriminatedUnion) return documentUnion(inner, field, text, path)
    return [{ path, ...text, ...describe(field) }]
  })
}

/** @param field The union with its default. */
function documentUnion(union: z.ZodDiscriminatedUnion, field: z.ZodType, text: FieldText, path: string): FieldDocumentation[] {
  const choice = `${path}.kind`
  const options = union.options.flatMap((option) => {
    const kind = option instanceof z.ZodObject ? option.shape['kind'] : undefined
    return option instanceof z.ZodObject && kind instanceof z.ZodLiteral ? [{ value: String(kind.value), fields: documentFields(option, path) }] : []
  })
  const standard = z.object({ kind: z.string() }).parse(field.parse(undefined)).kind
  return [
    { path: choice, ...text, type: 'choice', default: standard, values: options.map(({ value }) => value) },
    ...options.flatMap(({ value, fields }) => fields.map((each): FieldDocumentation => ({ ...each, onlyWith: { path: choice, value } })))
  ]
}

type Described = Pick<FieldDocumentation, 'type' | 'default' | 'nullable' | 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum' | 'values'>

function describe(field: z.ZodType): Described {
  const json = jsonFieldSchema.parse(z.toJSONSchema(field, { io: 'input' }))
  if (json.enum !== undefined) return { type: 'choice', default: json.default, values: json.enum }
  if (json.type === 'boolean') return { type: 'boolean', default: json.default }
  if (json.type === 'string') return { type: 'text', default: json.default }
  if (json.type === 'array') return { type: json.items?.type === 'number' ? 'numbers' : 'points', default: json.default }
  const nullable = json.anyOf?.some(({ type }) => type === 'null') ?? false
  const bounds = json.anyOf?.find(({ type }) => type !== 'null') ?? json
  const minimum = bounds.exclusiveMinimum ?? bounds.minimum
  const maximum = bounds.exclusiveMaximum ?? bounds.maximum
  return {
    type: bounds.type === 'integer' ? 'integer' : 'number',
    default: json.default,
    ...(nullable ? { nullable } : {}),
    ...(minimum === undefined ? {} : { minimum, exclusiveMinimum: bounds.exclusiveMinimum !== undefined }),
    ...(maximum === undefined ? {} : { maximum, exclusiveMaximum: bounds.exclusiveMaximum !== undefined })
  }
}
