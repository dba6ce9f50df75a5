/**
 * Writes the protobuf wire format. A writer is a list of parts; large contents are referenced and copied only once, at
 * the end. Marks remember where named contents begin, so that weights can be patched in the finished bytes.
 */
import { wireBytes, wireFixed32, wireVarint } from './wire-reader'

/** Contents from this size on become a part of their own instead of being copied into the running buffer. */
const largeContentBytes = 4096

const utf8 = new TextEncoder()

export class WireWriter {
  length = 0
  /** Position of named contents from the beginning of this writer. */
  readonly marks = new Map<string, { offset: number; length: number }>()
  private readonly parts: Uint8Array[] = []
  private buffer = new Uint8Array(128)
  private used = 0

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.used + bytes))
    grown.set(this.buffer.subarray(0, this.used))
    this.buffer = grown
  }

  private flush(): void {
    if (this.used === 0) return
    this.parts.push(this.buffer.subarray(0, this.used))
    this.buffer = new Uint8Array(128)
    this.used = 0
  }

  private put(content: Uint8Array): void {
    this.length += content.length
    if (content.length >= largeContentBytes) {
      this.flush()
      this.parts.push(content)
      return
    }
    this.reserve(content.length)
    this.buffer.set(content, this.used)
    this.used += content.length
  }

  private byte(value: number): void {
    this.reserve(1)
    this.buffer[this.used++] = value
    this.length++
  }

  /** Unsigned base-128 integer up to 2^53. */
  private unsigned(value: number): void {
    let rest = value
    while (rest > 127) {
      this.byte((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
  }

  private tag(field: number, wire: number): void {
    this.unsigned(field * 8 + wire)
  }

  private signedValue(value: number): void {
    if (value >= 0 && Number.isSafeInteger(value)) {
      this.unsigned(value)
      return
    }
    let rest = BigInt.asUintN(64, saturateInt64(value))
    while (rest > 127n) {
      this.byte(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    this.byte(Number(rest))
  }

  /** int64 or enum. ±2^63 and beyond become the nearest int64, as in `ends` of an old Slice. */
  int(field: number, value: number): void {
    this.tag(field, wireVarint)
    this.signedValue(value)
  }

  /** Repeated int64, packed. */
  ints(field: number, values: readonly number[]): void {
    if (values.length === 0) return
    const packed = new WireWriter()
    for (const value of values) packed.signedValue(value)
    this.message(field, packed)
  }

  float(field: number, value: number): void {
    this.tag(field, wireFixed32)
    this.put(new Uint8Array(Float32Array.of(value).buffer))
  }

  /** Repeated float, packed. */
  floats(field: number, values: readonly number[]): void {
    if (values.length > 0) this.content(field, new Uint8Array(Float32Array.from(values).buffer))
  }

  /** Length-delimited bytes; with `mark`, their place is remembered under that name. */
  content(field: number, content: Uint8Array, mark?: string): void {
    this.tag(field, wireBytes)
    this.unsigned(content.length)
    if (mark !== undefined) this.marks.set(mark, { offset: this.length, length: content.length })
    this.put(content)
  }

  string(field: number, value: string): void {
    this.content(field, utf8.encode(value))
  }

  /** Nested message; its marks move along. */
  message(field: number, child: WireWriter): void {
    this.tag(field, wireBytes)
    this.unsigned(child.length)
    for (const [name, { offset, length }] of child.marks) this.marks.set(name, { offset: this.length + offset, length })
    child.flush()
    for (const part of child.parts) this.put(part)
  }

  finish(): Uint8Array {
    this.flush()
    const bytes = new Uint8Array(this.length)
    let position = 0
    for (const part of this.parts) {
      bytes.set(part, position)
      position += part.length
    }
    return bytes
  }
}

const int64Maximum = 2n ** 63n - 1n
const int64Minimum = -(2n ** 63n)

/** The int64 nearest to a whole number: 2^63, which INT64_MAX becomes when it is read as a number, turns back into it. */
export function saturateInt64(value: number): bigint {
  const exact = BigInt(value)
  return exact > int64Maximum ? int64Maximum : exact < int64Minimum ? int64Minimum : exact
}
