/** Random valid documents, for property tests: made from the schema itself, so that a new field is covered by itself. */
import fc from 'fast-check'
import { z } from 'zod'
import { layerOverrideSchema, type Hardware, hardwareSchema } from '../hardware'

const boundsSchema = z.object({
  type: z.string().optional(), minimum: z.number().optional(), maximum: z.number().optional(), exclusiveMinimum: z.number().optional(), exclusiveMaximum: z.number().optional()
})

/** JSON writes the negative zero as 0. */
const storable = (value: number): number => (value === 0 ? 0 : value)

/** Numbers between the bounds of the schema, its ends among them; without a bound, ±1e6. */
function numberArbitrary(schema: z.ZodType): fc.Arbitrary<number> {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = boundsSchema.parse(z.toJSONSchema(schema, { io: 'input' }))
  const [low, high] = [minimum ?? exclusiveMinimum ?? -1e6, maximum ?? exclusiveMaximum ?? 1e6]
  if (type === 'integer') return fc.oneof(fc.constantFrom(low, high), fc.integer({ min: low, max: Math.min(high, low + 40) }), fc.integer({ min: low, max: high }))
  const within = fc.double({ min: low, max: high, noNaN: true, minExcluded: exclusiveMinimum !== undefined, maxExcluded: exclusiveMaximum !== undefined }).map(storable)
  const small = fc.double({ min: low, max: Math.min(high, low + 1), noNaN: true, minExcluded: exclusiveMinimum !== undefined }).map(storable)
  return fc.oneof(fc.constantFrom(...[minimum, maximum].filter((bound) => bound !== undefined), Math.min(high, Math.max(low, 0.5))), small, within)
}

/** Any value that the schema takes, with every default filled in. Values that a refinement refuses are left out. */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    const standard: unknown = schema.parse(undefined)
    return fc.oneof(fc.constant(standard), valid(schema, arbitraryOf(schema.unwrap())))
  }
  if (schema instanceof z.ZodOptional) return fc.option(arbitraryOf(schema.unwrap()), { nil: undefined })
  if (schema instanceof z.ZodNullable) return fc.option(arbitraryOf(schema.unwrap()), { nil: null })
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values)
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...(schema.options as (string | number)[]))
  if (schema instanceof z.ZodBoolean) return fc.boolean()
  if (schema instanceof z.ZodString) return fc.string({ maxLength: 20 })
  if (schema instanceof z.ZodNumber) return valid(schema, numberArbitrary(schema))
  if (schema instanceof z.ZodArray) return valid(schema, fc.array(arbitraryOf(schema.element), { maxLength: 6 }))
  if (schema instanceof z.ZodDiscriminatedUnion) return fc.oneof(...schema.options.map((option) => arbitraryOf(option)))
  if (schema instanceof z.ZodObject) return valid(schema, fc.record(Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, arbitraryOf(field as z.core.$ZodType)]))))
  throw new Error(`No random values for ${schema._zod.def.type}.`)
}

const valid = (schema: z.ZodType, values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => values.filter((value) => schema.safeParse(value).success)

/** Names of layers in random descriptions. */
export const layerNames = ['conv1', 'conv2', 'fc'] as const

/** Any hardware that the schema takes, with up to three layers of their own; whether it fits together is another question. */
export const arbitraryHardware = (): fc.Arbitrary<Hardware> => {
  const { layers: _layers, ...sections } = hardwareSchema.shape
  const override = arbitraryOf(layerOverrideSchema)
  return fc
    .tuple(arbitraryOf(z.strictObject(sections)), fc.dictionary(fc.constantFrom(...layerNames), override, { maxKeys: 3 }))
    .map(([description, layers]) => hardwareSchema.parse({ ...(description as object), layers }))
}
