/**
 * Writes the Wide ResNet of the demonstration for 32 × 32 colour images and ten classes with random weights, ready to be trained by `acim finetune --method plain`. It has no batch
 * normalisation, which the trainer would keep frozen.
 * Run: node build/run-ts.mjs resources/demonstration/make-network.ts DEPTH WIDENING FILE.onnx
 */
import { writeFile } from 'node:fs/promises'
import { wideResNet } from '../../benchmarks/networks/wide-resnet'
import { writeModel } from '../../src-main/engine/onnx/codec'

const [depth, widening, file] = process.argv.slice(2)
if (depth === undefined || widening === undefined || file === undefined) throw new Error('Give the depth, the widening and the file, such as 16 2 start.onnx')
await writeFile(file, writeModel(wideResNet(Number(depth), Number(widening), 10, false)))
