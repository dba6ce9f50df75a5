/**
 * Makes the bundled sample anew: draws the data, trains the network on it from random weights. Takes some two minutes;
 * the data come out bit for bit the same on every machine, the network on machines whose floating point agrees.
 * Run: npm run sample [-- FOLDER]
 */
import { join } from 'node:path'
import { drawData } from './draw-data'
import { trainNetwork } from './train-network'

const folder = process.argv[2] ?? 'resources/sample'
const bytes = drawData(join(folder, 'glyph-images'))
process.stdout.write(`Data: ${bytes} bytes\n`)
const accuracy = await trainNetwork(join(folder, 'glyph-images'), join(folder, 'glyphs.onnx'))
process.stdout.write(`\nNetwork: ${(100 * accuracy).toFixed(1)} % of the test images\n`)
