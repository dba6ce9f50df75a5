/** Reading a hardware description from a file's text: the same form that the command line takes with --hardware. */
import { hardwareSchema, type Hardware } from '@shared/hardware'
import { parseOrFail, toProblem, fail, type Problem } from '@shared/problems'

/** Larger than any description; keeps a wrongly chosen file from being read whole. */
export const largestHardwareFileBytes = 1_000_000

export function readHardware(text: string, fileName: string): { hardware: Hardware } | { problem: Problem } {
  try {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (thrown) {
      fail('HARDWARE_INVALID', fileName, `The file is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    }
    return { hardware: parseOrFail(hardwareSchema, value, 'HARDWARE_INVALID', fileName) }
  } catch (thrown) {
    return { problem: toProblem(thrown, fileName) }
  }
}
