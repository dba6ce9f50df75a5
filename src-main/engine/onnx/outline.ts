/**
 * Tells a model from other files, and a cut one from a damaged one, by the row of top-level fields alone. Serialisers
 * write fields in ascending order, so a model begins with its IR version and ends with its operator-set versions.
 */
import { fail } from '@shared/problems'
import { modelField } from './messages'
import { wireBytes, wireFixed32, wireFixed64, wireVarint } from './wire-reader'

/** Wire type of each field of ModelProto. */
const wireOf = new Map<number, number>(
  Object.values(modelField).map((field) => [field, field === modelField.irVersion || field === modelField.modelVersion ? wireVarint : wireBytes])
)
/** IR versions that could exist: 13 is current; anything far beyond is no ModelProto. */
const largestIrVersion = 100

type Ending = 'complete' | 'cut' | 'nonsense'

/** Reads an unsigned varint of up to 2^53; null when the bytes end first, −1 when it is none. */
function varintAt(bytes: Uint8Array, start: number): { value: number; next: number } | null {
  let value = 0
  let factor = 1
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index]
    if (byte === undefined) return null
    value += (byte & 127) * factor
    factor *= 128
    if (byte < 128) return { value, next: start + index + 1 }
  }
  return { value: -1, next: start }
}

function scan(bytes: Uint8Array): { ending: Ending; fields: Set<number>; irVersion: number } {
  const fields = new Set<number>()
  let irVersion = 0
  let position = 0
  const end = (ending: Ending): { ending: Ending; fields: Set<number>; irVersion: number } => ({ ending, fields, irVersion })
  while (position < bytes.length) {
    const tag = varintAt(bytes, position)
    if (tag === null) return end('cut')
    const field = Math.floor(tag.value / 8)
    const wire = tag.value % 8
    const expected = wireOf.get(field)
    // Fields of later ONNX versions are passed over, but only behind a beginning that looks like a model.
    if (tag.value < 8 || (expected !== undefined && wire !== expected) || (expected === undefined && irVersion === 0)) return end('nonsense')
    position = tag.next
    if (wire === wireVarint || wire === wireBytes) {
      const number = varintAt(bytes, position)
      if (number === null) return end('cut')
      if (number.value < 0) return end('nonsense')
      position = number.next + (wire === wireBytes ? number.value : 0)
      if (field === modelField.irVersion) irVersion = number.value <= largestIrVersion ? number.value : 0
    } else if (wire === wireFixed32 || wire === wireFixed64) position += wire === wireFixed32 ? 4 : 8
    else return end('nonsense')
    if (position > bytes.length) return end('cut')
    fields.add(field)
  }
  return end('complete')
}

/** Raises MODEL_NOT_ONNX, MODEL_TRUNCATED or MODEL_INVALID unless `bytes` are a whole row of ModelProto fields. */
export function checkModelOutline(bytes: Uint8Array, where: string): void {
  if (bytes.length === 0) fail('MODEL_NOT_ONNX', where, 'The file is empty (0 bytes); an ONNX model was expected.')
  const { ending, fields, irVersion } = scan(bytes)
  const hasGraph = fields.has(modelField.graph)
  if (irVersion === 0 && !(ending === 'complete' && hasGraph && fields.has(modelField.opsetImport))) {
    fail('MODEL_NOT_ONNX', where, `The file (${bytes.length} bytes) does not begin like an ONNX model: ${describeStart(bytes)}.`)
  }
  if (ending === 'cut') {
    fail('MODEL_TRUNCATED', where, `The file ends after ${bytes.length} bytes in the middle of ${hasGraph ? 'the model' : 'the graph'}.`)
  }
  if (ending === 'nonsense') {
    if (!hasGraph) fail('MODEL_NOT_ONNX', where, `The file (${bytes.length} bytes) begins like an ONNX model but has another structure.`)
    fail('MODEL_INVALID', where, 'Behind the graph there are bytes that belong to no field of an ONNX model.')
  }
  if (!hasGraph) fail('MODEL_TRUNCATED', where, `The file ends after ${bytes.length} bytes, before the graph.`)
  if (!fields.has(modelField.opsetImport)) {
    fail('MODEL_TRUNCATED', where, `The file ends after ${bytes.length} bytes, before the operator-set versions.`)
  }
  if (irVersion === 0) fail('MODEL_INVALID', where, 'The model does not say its IR version, or an impossible one.')
}

const signatures: readonly [string, string][] = [
  ['PK', 'it is a ZIP archive (PyTorch checkpoint or NPZ?)'],
  ['\x89HDF', 'it is an HDF5 file (Keras?)'],
  ['\x93NUMPY', 'it is a NumPy array'],
  ['\x89PNG', 'it is a PNG image'],
  ['\x1f\x8b', 'it is gzip-compressed; unpack it first'],
  ['version https://git-lfs', 'it is a Git LFS pointer, not the file itself'],
  ['{', 'it is JSON text']
]

function describeStart(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 64)
  const text = Array.from(start, (byte) => String.fromCharCode(byte)).join('')
  const known = signatures.find(([signature]) => text.startsWith(signature))
  if (known !== undefined) return known[1]
  if (start.every((byte) => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13)) return 'it is text'
  return `its first bytes are ${Array.from(start.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ')}`
}
