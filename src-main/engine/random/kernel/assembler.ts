/**
 * A WebAssembly module from functions that are written in TypeScript: instructions.ts gives the expressions, this file the
 * locals, the loops and the binary format (WebAssembly Core Specification 2.0, §5). Only what the kernels here need.
 */
import { i32, leb128, type Code, type ValueType } from './instructions'

const typeCodes: Record<ValueType, number> = { i32: 0x7f, v128: 0x7b }
const functionType = 0x60
const voidBlock = 0x40
const exportedFunction = 0x00
const exportedMemory = 0x02

export interface Local {
  readonly get: Code
  set(value: Code): Code
}

/** One function without result. Statements are appended in order. */
export class FunctionBuilder {
  private readonly locals: ValueType[] = []
  private readonly code: number[] = []

  constructor(readonly parameters: number) {}

  /** The i32 parameter at this position. */
  parameter(index: number): Local {
    return localAt(index)
  }

  local(type: ValueType): Local {
    this.locals.push(type)
    return localAt(this.parameters + this.locals.length - 1)
  }

  emit(...statements: readonly Code[]): void {
    for (const statement of statements) this.code.push(...statement)
  }

  /** Computes a vector once and gives it a name. */
  let(value: Code): Code {
    const local = this.local('v128')
    this.emit(local.set(value))
    return local.get
  }

  /** Runs `body` for counter = first, first + step, … while counter < end (unsigned); always at least once. */
  repeat(counter: Local, first: Code, end: Code, step: number, body: () => void): void {
    this.emit(counter.set(first), [0x03, voidBlock])
    body()
    this.emit(counter.set(i32.add(counter.get, i32.const(step))), [...i32.lessUnsigned(counter.get, end), 0x0d, 0x00], [0x0b])
  }

  encode(): number[] {
    const declared = this.locals.flatMap((type) => [1, typeCodes[type]])
    const body = [...leb128(this.locals.length), ...declared, ...this.code, 0x0b]
    return [...leb128(body.length), ...body]
  }
}

function localAt(index: number): Local {
  const place = leb128(index)
  return { get: [0x20, ...place], set: (value) => [...value, 0x21, ...place] }
}

/** The bytes of a module that exports the functions and a memory of `pages` × 64 KiB named `memory`. */
export function assemble(functions: Readonly<Record<string, FunctionBuilder>>, pages: number): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(functions)
  const types = entries.map(([, { parameters }]) => [functionType, ...vector(Array.from({ length: parameters }, () => [typeCodes.i32])), 0])
  const exports = entries.map(([name], index) => [...text(name), exportedFunction, ...leb128(index)])
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    ...section(1, types),
    ...section(3, entries.map((_, index) => leb128(index))),
    ...section(5, [[0x01, ...leb128(pages), ...leb128(pages)]]),
    ...section(7, [...exports, [...text('memory'), exportedMemory, 0]]),
    ...section(10, entries.map(([, builder]) => builder.encode()))
  ])
}

const vector = (items: readonly (readonly number[])[]): number[] => [...leb128(items.length), ...items.flat()]

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = vector(items)
  return [id, ...leb128(content.length), ...content]
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)]
  return [...leb128(bytes.length), ...bytes]
}
