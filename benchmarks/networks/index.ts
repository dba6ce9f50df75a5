/** The networks that are compared. Adding one is a file here and a line below. */
import type { Model } from '../../src-main/engine/onnx/graph'
import { mobileNetV2 } from './mobilenet-v2'
import { resNet } from './resnet'
import { visionTransformer } from './vision-transformer'
import { wideResNet } from './wide-resnet'

const classes = 10

export interface BenchmarkNetwork {
  key: string
  name: string
  build(): Model
}

/** All for 32 × 32 colour images of ten classes; all but ResNet-20 have two to three million weights. */
export const benchmarkNetworks: BenchmarkNetwork[] = [
  { key: 'wrn-16-4', name: 'WRN-16-4', build: () => wideResNet(16, 4, classes) },
  { key: 'resnet-20', name: 'ResNet-20', build: () => resNet(20, classes) },
  { key: 'mobilenet-v2', name: 'MobileNetV2', build: () => mobileNetV2(classes) },
  { key: 'vit-6', name: 'ViT, width 192, depth 6', build: () => visionTransformer(6, classes) }
]
