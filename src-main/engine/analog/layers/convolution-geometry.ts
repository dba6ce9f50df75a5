/**
 * The convolution that computes a layer's partial sums. For Conv it is the layer's own. A transposed convolution multiplies
 * each input pixel by the whole kernel: its partial sums are a 1×1 convolution with a column for each element of each
 * output channel's kernel, and only their digital sum is overlapped and added (docs/decisions/0018).
 */
import type { AttributeValue } from '../../onnx/graph'
import { product, shapeOf, type TiledFormContext } from './tiled-form'

export interface ConvolutionGeometry {
  kernelShape: readonly number[]
  /** Spatial sizes of the layer's input and of its partial sums. */
  inputSpatial: readonly number[]
  spatial: readonly number[]
  /** Attributes of the convolution but for `group`. */
  attributes: ReadonlyMap<string, AttributeValue>
  /** From the sum over row tiles, [N, groups · columns, …spatial], to the layer's output. */
  finish(sum: string): string
}

export function convolutionGeometry(context: TiledFormContext): ConvolutionGeometry {
  const { network, layer, node } = context
  const kernelShape = layer.weight.dims.slice(2)
  const inputSpatial = shapeOf(network, layer.input).slice(2)
  const attributes = new Map([...node.attributes].filter(([name]) => name !== 'group'))
  if (layer.opType !== 'ConvTranspose') {
    return { kernelShape, inputSpatial, spatial: shapeOf(network, node.outputs[0]!).slice(2), attributes, finish: (sum) => sum }
  }
  return {
    kernelShape: kernelShape.map(() => 1), inputSpatial, spatial: inputSpatial, attributes: new Map(),
    finish: (sum) => overlapAdd(context, sum, kernelShape, attributes)
  }
}

/** Each output channel's kernel elements are laid down at their places and added: a transposed convolution with kernels of a single one. */
function overlapAdd({ builder, layout }: TiledFormContext, sum: string, kernelShape: readonly number[], attributes: ReadonlyMap<string, AttributeValue>): string {
  const elements = product(kernelShape)
  const columns = layout.groups * layout.columns
  const data = new Float32Array(columns * elements)
  for (let column = 0; column < columns; column++) data[column * elements + (column % elements)] = 1
  const places = builder.constant('kernel_places', { type: 'float32', dims: [columns, 1, ...kernelShape], data })
  return builder.node('ConvTranspose', [sum, places], { ...Object.fromEntries(attributes), group: columns / elements })
}
