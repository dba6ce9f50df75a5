import { expect, it } from 'vitest'
import { mainFile } from './main-file'

it('takes the network, or the training images, for the file that stands for all', () => {
  const named = (...names: string[]) => names.map((name, index) => ({ name, size: index }))
  expect(mainFile(named('weights.data', 'net.ONNX'))?.name).toBe('net.ONNX')
  expect(mainFile(named('t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte', 'train-labels-idx1-ubyte', 'train-images-idx3-ubyte'))?.name).toBe('train-images-idx3-ubyte')
  expect(mainFile(named('data_batch_2.bin', 'data_batch_1.bin', 'test_batch.bin'))?.name).toBe('data_batch_1.bin')
  expect(mainFile(named('x.npy', 'labels.npy'))?.name).toBe('x.npy')
  expect(mainFile([])).toBeUndefined()
})
