/**
 * Reads the protobuf wire format: a message is a row of fields, each a tag (field number and wire type) and a value.
 * The bytes are hostile input: every length is checked against the message around it, nesting is limited, and whatever
 * is wrong ends in the problem MODEL_INVALID, never in a RangeError.
 */
import { fail } from '@shared/problems'

export const wireVarint = 0
export const wireFixed64 = 1
export const wireBytes = 2
export const wireFixed32 = 5

/** Messages within messages. A graph inside a graph (If, Loop) costs four levels; real networks stay below 30. */
export const maximumDepth = 100

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class WireReader {
  /** Field number and wire type of the field that {@link next} has found. */
  field = 0
  wire = 0
  /** Both halves of the last varint, as unsigned 32-bit integers. */
  low = 0
  high = 0
  private readonly view: DataView

  /** Reads `bytes` from `position` to `end`. `what` names the message, `where` the file, in problems. */
  constructor(
    readonly bytes: Uint8Array,
    public position: number,
    readonly end: number,
    readonly where: string,
    readonly what: string,
    private readonly depth = 0
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  invalid(found: string): never {
    fail('MODEL_INVALID', this.where, `In ${this.what}, at byte ${this.position}: ${found}.`)
  }

  /** Moves on to the next field; false at the end of the message. */
  next(): boolean {
    if (this.position >= this.end) return false
    this.varint()
    this.wire = this.low & 7
    this.field = (this.low >>> 3) | ((this.high & 7) << 29)
    if (this.high > 7 || this.field <= 0) this.invalid('a field number that does not exist')
    return true
  }

  private expect(wire: number): void {
    if (this.wire !== wire) this.invalid(`field ${this.field} has wire type ${this.wire}, expected ${wire}`)
  }

  /** Advances over `length` bytes of the message and returns where they began. */
  private take(length: number): number {
    const start = this.position
    if (length > this.end - start) this.invalid(`${length} bytes expected, ${this.end - start} are left`)
    this.position = start + length
    return start
  }

  /** Base-128 integer of at most ten bytes into `low` and `high`. */
  private varint(): void {
    let low = 0
    let high = 0
    for (let index = 0; index < 10; index++) {
      const byte = this.bytes[this.take(1)]!
      if (index < 4) low |= (byte & 127) << (7 * index)
      else if (index === 4) {
        low |= (byte & 15) << 28
        high |= (byte & 127) >> 4
      } else high |= (byte & 127) << (7 * index - 32)
      if (byte < 128) {
        this.low = low >>> 0
        this.high = high >>> 0
        return
      }
    }
    this.invalid('an integer longer than ten bytes')
  }

  /** The signed 64-bit value of the last varint; beyond 2^53 the nearest number (check Number.isSafeInteger). */
  private signed(): number {
    return (this.high | 0) * 4294967296 + this.low
  }

  /** int64 or enum field as a number; beyond 2^53 the nearest one. */
  int(): number {
    this.expect(wireVarint)
    this.varint()
    return this.signed()
  }

  /** int64 field that must be exact: a version, a dimension, a count. */
  safeInt(): number {
    const value = this.int()
    if (!Number.isSafeInteger(value)) this.invalid(`field ${this.field} is too large`)
    return value
  }

  float(): number {
    this.expect(wireFixed32)
    return this.view.getFloat32(this.take(4), true)
  }

  /** Length-delimited field as a view into the file's bytes. */
  content(): Uint8Array {
    this.expect(wireBytes)
    const length = this.contentLength()
    const start = this.take(length)
    return this.bytes.subarray(start, start + length)
  }

  private contentLength(): number {
    this.varint()
    return this.high * 4294967296 + this.low
  }

  string(): string {
    return this.decode(this.content())
  }

  decode(content: Uint8Array): string {
    return decodeUtf8(content) ?? this.invalid(`field ${this.field} is not UTF-8 text`)
  }

  /** Nested message. */
  message(what: string): WireReader {
    this.expect(wireBytes)
    const length = this.contentLength()
    const start = this.take(length)
    if (this.depth >= maximumDepth) this.invalid(`more than ${maximumDepth} messages inside one another`)
    return new WireReader(this.bytes, start, start + length, this.where, what, this.depth + 1)
  }

  /** Repeated integers, packed or one by one: calls `each` with both halves of every value. */
  eachVarint(each: (low: number, high: number) => void): void {
    if (this.wire === wireVarint) {
      this.varint()
      each(this.low, this.high)
      return
    }
    const packed = this.message(this.what)
    while (packed.position < packed.end) {
      packed.varint()
      each(packed.low, packed.high)
    }
  }

  /** Repeated int64 as numbers, appended to `values`. */
  ints(values: number[]): void {
    this.eachVarint((low, high) => values.push((high | 0) * 4294967296 + low))
  }

  /** Repeated float (width 4) or double (width 8), packed or one by one, as their bytes. */
  fixed(width: 4 | 8): Uint8Array {
    if (this.wire === (width === 4 ? wireFixed32 : wireFixed64)) {
      const start = this.take(width)
      return this.bytes.subarray(start, start + width)
    }
    const content = this.content()
    if (content.length % width !== 0) this.invalid(`field ${this.field} is no whole number of ${width}-byte values`)
    return content
  }

  /** Passes over a field that is not used. */
  skip(): void {
    if (this.wire === wireVarint) this.varint()
    else if (this.wire === wireFixed64) this.take(8)
    else if (this.wire === wireBytes) this.take(this.contentLength())
    else if (this.wire === wireFixed32) this.take(4)
    else this.invalid(`wire type ${this.wire}, which ONNX does not use`)
  }
}

/** Text of UTF-8 bytes; null when they are none. */
export function decodeUtf8(content: Uint8Array): string | null {
  try {
    return utf8.decode(content)
  } catch {
    return null
  }
}
