import { expect, it } from 'vitest'
import { LayerBuilder } from '../onnx/layer-builder'
import { splitModel } from '../onnx/split-model'
import { datasetOf } from '../data/synthetic-dataset'
import { calibrate } from './calibrate'
import { newSignal } from './signal'

it('calibrates a converter to values far below 1', async () => {
  const build = new LayerBuilder('small-values', [1, 1, 2], 1)
  const model = build.finish(build.flatten('image'), 2)
  const preprocessing = { divisor: 1e9, mean: [0], std: [1] }
  const [found] = await calibrate({
    kind: 'calibrate', model: splitModel(model), points: [{ id: 'dac:logits', kind: 'dac', layer: 'logits', values: [{ name: 'logits', firstChannel: 0 }], channels: null, rule: { statistic: 'max', percentile: 100, bits: 8 } }], signal: newSignal(),
    io: { input: 'image', inputShape: [1, 1, 2], output: 'logits', classes: 2, probabilities: false, batch: 1, batchIsFixed: false },
    source: { dataset: datasetOf([1, 1, 2], Uint8Array.of(3, 8), [0]), range: { first: 0, count: 1 }, preprocessing, layout: 'channels-first' }
  })
  expect(found?.range).toEqual({ maximum: Math.fround(8e-9), signed: false })
})
