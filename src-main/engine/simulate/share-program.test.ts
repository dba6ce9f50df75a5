import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { compileAnalog, parameterValues, storedInAnalog } from '../analog/compile'
import { openNetwork } from '../onnx/network-store'
import { sampleInput } from '../onnx/sample-input'
import { createSession, floatTensor, runSession } from '../onnx/session'
import { smallTask, type SmallTask } from '../testing/small-task'
import { programmedModel } from '../workers/chip-bytes'
import { sharedFloats } from '../workers/shared-memory'
import { shareProgram } from './share-program'

let task: SmallTask
beforeAll(async () => { task = await smallTask() })
afterAll(() => task.remove())

describe('a program whose weights stay outside of the message', () => {
  it.each([
    ['weight noise', { device: { kind: 'weight-referred', sigma: 0.1 } }],
    ['pairs of cells in slices', { device: { kind: 'generic' }, slices: { weightBits: 8, bitsPerCell: 4 } }]
  ])('computes the same numbers as one message, chip by chip: %s', async (_, described) => {
    const network = await openNetwork(join(task.folder, 'network'))
    const hardware = hardwareSchema.parse(described)
    const program = compileAnalog(network, hardware, new Map())
    const stored = new Set(storedInAnalog(program.parameters, program.layerNames, hardware).map(({ name }) => name))
    const values = parameterValues(network.model.graph, program.parameters).map(sharedFloats)
    const message = shareProgram(program, stored, values)
    const outside = shareProgram(program, stored, values, 0)
    expect(message.model.parts).toEqual([])
    expect(outside.model.parts.length).toBeGreaterThan(0)
    const scores = async (shared: typeof message, chipInstance: number): Promise<Float32Array> => {
      const session = await createSession(programmedModel(shared, values, { hardware, seed: 3, chipInstance }))
      const outputs = await runSession(session, { [network.input.name]: floatTensor(sampleInput(network.input.shape, 0, 5)) })
      await session.release()
      return outputs[network.output.name]!.data as Float32Array
    }
    const first = await scores(message, 0)
    expect(await scores(outside, 0)).toEqual(first)
    // Programming one chip leaves the shared weights as they are for the next.
    expect(await scores(outside, 1)).toEqual(await scores(message, 1))
    expect(await scores(outside, 1)).not.toEqual(first)
    expect(await scores(outside, 0)).toEqual(first)
  })
})
