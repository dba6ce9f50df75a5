/** Field numbers of the ONNX messages that the codec reads and writes (onnx.proto, IR version 13; public specification). */

export const modelField = {
  irVersion: 1, producerName: 2, producerVersion: 3, domain: 4, modelVersion: 5, docString: 6, graph: 7, opsetImport: 8,
  metadataProps: 14, trainingInfo: 20, functions: 25, configuration: 26
} as const
export const opsetField = { domain: 1, version: 2 } as const
/** StringStringEntryProto. */
export const entryField = { key: 1, value: 2 } as const
export const graphField = { node: 1, name: 2, initializer: 5, input: 11, output: 12, sparseInitializer: 15 } as const
export const nodeField = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7, overload: 8 } as const
export const attributeField = {
  name: 1, f: 2, i: 3, s: 4, t: 5, g: 6, floats: 7, ints: 8, strings: 9, type: 20, refAttrName: 21
} as const
/** AttributeProto.AttributeType, as far as the graph IR has a form for it. */
export const attributeType = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const
export const tensorField = {
  dims: 1, dataType: 2, segment: 3, floatData: 4, int32Data: 5, stringData: 6, int64Data: 7, name: 8, rawData: 9,
  doubleData: 10, uint64Data: 11, externalData: 13, dataLocation: 14
} as const
export const valueInfoField = { name: 1, type: 2 } as const
export const typeField = { tensorType: 1 } as const
export const tensorTypeField = { elemType: 1, shape: 2 } as const
export const shapeField = { dim: 1 } as const
export const dimField = { value: 1, param: 2 } as const
/** FunctionProto. */
export const functionField = { name: 1, input: 4, output: 5, attribute: 6, node: 7, opsetImport: 9, domain: 10, attributeDefault: 11, overload: 13 } as const
