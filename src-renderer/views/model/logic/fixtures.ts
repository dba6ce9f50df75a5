/** Small network reports for the tests of this folder. */
import type { NetworkReport, NodeReport } from '@shared/network'

export function analogNode(name: string, inputs: string[], outputs: string[], change: Partial<NodeReport> = {}): NodeReport {
  return {
    name, opType: 'Conv', domain: '', placement: 'analog', reason: 'Convolution with constant weights.', parameters: 1168, macs: 1_179_648,
    inputs, outputs, outputShape: ['N', 16, 32, 32], attributes: { kernel_shape: '[3, 3]' },
    matrix: { rows: 72, columns: 16, groups: 1, weightShape: [16, 8, 3, 3], hasBias: true, sharesArraysOf: null }, ...change
  }
}

export function digitalNode(name: string, opType: string, inputs: string[], outputs: string[]): NodeReport {
  return {
    name, opType, domain: '', placement: 'digital', reason: 'No constant matrix.', parameters: 0, macs: 0, inputs, outputs,
    outputShape: ['N', 16, 32, 32], attributes: {}, matrix: null
  }
}

export function report(nodes: NodeReport[]): NetworkReport {
  return {
    name: 'test', sha256: '0'.repeat(64), bytes: 1000, producer: 'test', irVersion: 8, opset: 17,
    input: { name: 'image', shape: ['N', 3, 32, 32] }, output: { name: 'scores', classes: 10 }, batch: 'free',
    parameters: 0, analogParameters: 0, macs: 0, analogLayers: 0, nodes, notes: []
  }
}
