/**
 * Draws the bundled sample data set: ten kinds of glyphs, 24 × 24 grey, 5000 training and 1000 test images, as gzipped
 * IDX files. Position, size, rotation, slant, stroke width, contrast, background, clutter and noise vary; the glyphs
 * overlap enough that a small network stays below 100 %. The same bytes each time.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'fflate'
import { RandomStream } from '../../src-main/engine/random/streams'

const size = 24
/** Samples per pixel side for anti-aliasing. */
const supersampling = 3
/** Grey levels, evenly from 0 to 255; few levels keep the gzipped files small. */
const levels = 16
const seed = 2008
const trainCount = 5000
const testCount = 1000

type Point = readonly [x: number, y: number]
type Polyline = readonly Point[]

/** Points on a circle of radius `radius`, angles in degrees, y downwards. */
const arc = (from: number, to: number, count: number, radius = 1): Point[] =>
  Array.from({ length: count + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / count) * Math.PI) / 180
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const
  })

const closed = (points: Point[]): Polyline => [...points, ...points.slice(0, 1)]

const starPoints = arc(-90, 270, 10).slice(0, 10).map(([x, y], i): Point => (i % 2 === 0 ? [1.1 * x, 1.1 * y] : [0.45 * x, 0.45 * y]))

/**
 * Each glyph in the square from −1 to 1, and how far it may be turned, in degrees to either side: as far as it does not
 * turn into another one.
 */
const glyphs: readonly { name: string; turn: number; strokes: readonly Polyline[] }[] = [
  { name: 'ring', turn: 180, strokes: [arc(0, 360, 24)] },
  { name: 'square', turn: 40, strokes: [closed([[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]])] },
  { name: 'triangle', turn: 60, strokes: [closed(arc(-90, 270, 3, 1.1).slice(0, 3))] },
  { name: 'cross', turn: 45, strokes: [[[-1, 0], [1, 0]], [[0, -1], [0, 1]]] },
  { name: 'star', turn: 36, strokes: [closed(starPoints)] },
  { name: 'L', turn: 30, strokes: [[[-0.6, -1], [-0.6, 0.9], [0.75, 0.9]]] },
  { name: 'T', turn: 30, strokes: [[[-0.85, -0.85], [0.85, -0.85]], [[0, -0.85], [0, 1]]] },
  { name: 'arrow', turn: 30, strokes: [[[0, 1], [0, -1]], [[-0.75, -0.2], [0, -1], [0.75, -0.2]]] },
  { name: 'zigzag', turn: 30, strokes: [[[-0.8, -0.9], [0.8, -0.9], [-0.8, 0.9], [0.8, 0.9]]] },
  { name: 'C', turn: 60, strokes: [arc(55, 305, 18)] }
]

const squaredDistanceToSegment = (x: number, y: number, [ax, ay]: Point, [bx, by]: Point): number => {
  const dx = bx - ax
  const dy = by - ay
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length))
  const ex = x - ax - t * dx
  const ey = y - ay - t * dy
  return ex * ex + ey * ey
}

/** Adds `strength` × the share of each pixel that strokes of `width` pixels cover. */
function drawStrokes(image: Float64Array, strokes: readonly Polyline[], width: number, strength: number): void {
  const radius = (width * width) / 4
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let covered = 0
      for (let sample = 0; sample < supersampling * supersampling; sample++) {
        const px = x + ((sample % supersampling) + 0.5) / supersampling
        const py = y + (Math.floor(sample / supersampling) + 0.5) / supersampling
        const hit = strokes.some((stroke) => stroke.some((point, i) => i > 0 && squaredDistanceToSegment(px, py, stroke[i - 1]!, point) < radius))
        if (hit) covered++
      }
      image[y * size + x]! += (strength * covered) / (supersampling * supersampling)
    }
  }
}

/** One image of class `label`, values 0 … levels − 1. */
function drawImage(label: number, random: RandomStream, target: Uint8Array): void {
  const between = (low: number, high: number): number => low + (high - low) * random.unit()
  const glyph = glyphs[label]!
  const scale = between(4.5, 9)
  const turn = (between(-glyph.turn, glyph.turn) * Math.PI) / 180
  const slant = between(-0.2, 0.2)
  const stretch = between(0.85, 1.18)
  // The glyph may come close to the border but stays inside for the most part.
  const room = Math.max(0, size / 2 - scale - 0.5)
  const centerX = size / 2 + between(-room, room)
  const centerY = size / 2 + between(-room, room)
  const place = ([x, y]: Point): Point => {
    const sx = scale * stretch * (x + slant * y)
    const sy = (scale / stretch) * y
    return [centerX + sx * Math.cos(turn) - sy * Math.sin(turn), centerY + sx * Math.sin(turn) + sy * Math.cos(turn)]
  }
  const polarity = random.unit() < 0.5 ? 1 : -1
  const contrast = between(0.32, 0.7)
  const background = polarity === 1 ? between(0.08, 0.35) : between(0.65, 0.92)
  const slopeX = between(-0.15, 0.15)
  const slopeY = between(-0.15, 0.15)

  const ink = new Float64Array(size * size)
  drawStrokes(ink, glyph.strokes.map((stroke) => stroke.map(place)), between(1.3, 2.8), 1)
  const clutter = new Float64Array(size * size)
  for (let line = random.below(4); line > 0; line--) {
    const from: Point = [between(0, size), between(0, size)]
    const angle = between(0, 2 * Math.PI)
    const length = between(4, 10)
    drawStrokes(clutter, [[from, [from[0] + length * Math.cos(angle), from[1] + length * Math.sin(angle)]]], between(1, 2), between(0.5, 1))
  }
  const noise = between(0.03, 0.13)
  for (let i = 0; i < size * size; i++) {
    const x = (i % size) / (size - 1) - 0.5
    const y = Math.floor(i / size) / (size - 1) - 0.5
    // The sum of four uniform numbers, centred and brought to unit deviation: nearly normal, and exact everywhere.
    const deviate = (random.unit() + random.unit() + random.unit() + random.unit() - 2) * Math.sqrt(3)
    const cover = Math.min(1, Math.max(ink[i]!, clutter[i]!))
    const value = background + slopeX * x + slopeY * y + polarity * contrast * cover + noise * deviate
    target[i] = Math.min(levels - 1, Math.max(0, Math.round(value * (levels - 1))))
  }
}

function idxHeader(dimensions: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * dimensions.length))
  header.setUint8(2, 0x08)
  header.setUint8(3, dimensions.length)
  for (const [index, dimension] of dimensions.entries()) header.setUint32(4 + 4 * index, dimension)
  return new Uint8Array(header.buffer)
}

/** A compressor in JavaScript and no time stamp: the same bytes on every platform. */
const gzipped = (...parts: Uint8Array[]): Uint8Array => gzipSync(Buffer.concat(parts), { level: 9, mem: 12, mtime: 0 })

/** Draws `count` images whose classes take turns; `part` names the random streams. */
function drawPart(count: number, part: number): { images: Uint8Array; labels: Uint8Array } {
  const pixels = new Uint8Array(count * size * size)
  const labels = new Uint8Array(count)
  for (let image = 0; image < count; image++) {
    const label = image % glyphs.length
    labels[image] = label
    drawImage(label, new RandomStream({ seed, purpose: 'synthetic', at: [part, image] }), pixels.subarray(image * size * size, (image + 1) * size * size))
  }
  for (let i = 0; i < pixels.length; i++) pixels[i]! *= 255 / (levels - 1)
  return { images: gzipped(idxHeader([count, size, size]), pixels), labels: gzipped(idxHeader([count]), labels) }
}

/** Draws the training and the test part as gzipped IDX files into `folder`; returns their size in bytes. */
export function drawData(folder: string): number {
  mkdirSync(folder, { recursive: true })
  let bytes = 0
  for (const [part, [name, count]] of ([['train', trainCount], ['t10k', testCount]] as const).entries()) {
    const { images, labels } = drawPart(count, part)
    writeFileSync(join(folder, `${name}-images-idx3-ubyte.gz`), images)
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte.gz`), labels)
    bytes += images.length + labels.length
  }
  writeFileSync(join(folder, 'class-names.txt'), `${glyphs.map(({ name }) => name).join('\n')}\n`)
  return bytes
}
