/** Points that differ in the values of the weight-referred device alone share one program; only the last is kept. */
import type { Hardware } from '@shared/hardware'
import type { Evaluator, PreparedProgram } from './evaluator'

export class ProgramCache {
  private key = ''
  private prepared: Promise<PreparedProgram> | null = null
  constructor(private readonly evaluator: Evaluator) {}

  get(hardware: Hardware): Promise<PreparedProgram> {
    const { device } = hardware
    const key = JSON.stringify({ ...hardware, device: device.kind === 'weight-referred' ? device.kind : device })
    if (this.prepared === null || key !== this.key) {
      this.key = key
      this.prepared = this.evaluator.prepare(hardware)
    }
    return this.prepared
  }
}
