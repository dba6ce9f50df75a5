/** A network of two inputs and two outputs: the likeliest are taken, others are chosen on the Model screen. */
import { GraphBuilder } from '../../src-main/engine/onnx/graph-builder'
import { writeModel } from '../../src-main/engine/onnx/codec'
import { elementCount, type NumericTensor } from '../../src-main/engine/onnx/graph'
import { expect, openApp, test } from './fixtures'
import { portrait } from './pages/portrait'
import { patience } from './pages/studio'

const floats = (dims: number[]): NumericTensor => ({ type: 'float32', dims, data: Float32Array.from({ length: elementCount(dims) }, (_, i) => Math.sin(i + 1)) })

function severalValues(): Uint8Array {
  const builder = new GraphBuilder('several')
  builder.input({ name: 'image', type: 'float32', shape: ['batch', 1, 8, 8] })
  builder.input({ name: 'offset', type: 'float32', shape: [1, 3] })
  const flat = builder.node('Flatten', ['image'])
  builder.node('Relu', [builder.node('MatMul', [flat, builder.constant('w', floats([64, 5]))])], {}, { output: 'features' })
  builder.node('Add', [builder.node('MatMul', ['features', builder.constant('v', floats([5, 3]))]), 'offset'], {}, { output: 'scores' })
  for (const [name, width] of [['features', 5], ['scores', 3]] as const) builder.output({ name, type: 'float32', shape: ['batch', width] })
  return writeModel({ irVersion: 8, producer: 'test', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] })
}

test('another output, another input, and one that does not fit', async ({ page, host }, info) => {
  await openApp(page, host)
  const transfer = await page.evaluateHandle((base64) => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], 'several.onnx'))
    return data
  }, Buffer.from(severalValues()).toString('base64'))
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
  const report = page.getByTestId('import-report')
  await expect(report).toContainText('5 classes, named “features”', patience)
  await report.getByLabel('Scores', { exact: true }).selectOption('scores')
  await expect(report).toContainText('3 classes, named “scores”', patience)
  await expect(report).toContainText('“offset” is held at zero')
  await portrait(page, info, 'choice')
  await expect(page.getByRole('heading', { name: 'several.onnx' })).toBeVisible()
  await report.getByLabel('Scores', { exact: true }).selectOption('features')
  await expect(report).toContainText('5 classes, named “features”', patience)
  await report.getByLabel('Images', { exact: true }).selectOption('offset')
  await expect(report.getByRole('alert')).toContainText('does not depend on input “offset”', patience)
  await expect(report.getByLabel('Images', { exact: true })).toHaveValue('image')
})
