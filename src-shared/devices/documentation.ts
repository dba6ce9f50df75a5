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
  type: 'number' | 'integer' | 'choice' | 'boolean' | 'text' | 'points'
  default: unknown
  minimum?: number
  maximum?: number
  /** True where the bound itself is not allowed. */
  exclusiveMinimum?: boolean
  exclusiveMaximum?: boolean
  /** Allowed values of a choice, in order. */
  values?: readonly (string | number)[]
}

const texts = z.registry<FieldText>()

/** Attaches `text` to the schema of one field; must be the outermost wrapper of that field. */
export function documented<S extends z.ZodType>(schema: S, text: FieldText): S {
  texts.add(schema, text)
  return schema
}

/** The part of JSON Schema that fields of devices need. */
const jsonFieldSchema = z.object({
  type: z.string().optional(),
  default: z.unknown(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional()
})

/**
 * Every field of `schema` except its `kind`, nested objects by dotted path, in the order of the schema.
 * @throws Error for a field without text: a field that nobody explained is a programming fault.
 */
export function documentFields(schema: z.ZodObject, parent = ''): FieldDocumentation[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    if (name === 'kind' || !(field instanceof z.ZodType)) return []
    const path = parent === '' ? name : `${parent}.${name}`
    const inner = field instanceof z.ZodPrefault ? field.unwrap() : field
    if (inner instanceof z.ZodObject) return documentFields(inner, path)
    const text = texts.get(field)
    if (text === undefined) throw new Error(`The field ${path} has no documentation.`)
    return [{ path, ...text, ...describe(field) }]
  })
}

function describe(field: z.ZodType): Pick<FieldDocumentation, 'type' | 'default' | 'minimum' | 'maximum' | 'values'> {
  const json = jsonFieldSchema.parse(z.toJSONSchema(field, { io: 'input' }))
  if (json.enum !== undefined) return { type: 'choice', default: json.default, values: json.enum }
  if (json.type === 'boolean') return { type: 'boolean', default: json.default }
  if (json.type === 'string') return { type: 'text', default: json.default }
  if (json.type === 'array') return { type: 'points', default: json.default }
  const minimum = json.exclusiveMinimum ?? json.minimum
  const maximum = json.exclusiveMaximum ?? json.maximum
  return {
    type: json.type === 'integer' ? 'integer' : 'number',
    default: json.default,
    ...(minimum === undefined ? {} : { minimum, exclusiveMinimum: json.exclusiveMinimum !== undefined }),
    ...(maximum === undefined ? {} : { maximum, exclusiveMaximum: json.exclusiveMaximum !== undefined })
  }
}
