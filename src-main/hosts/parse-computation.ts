/** `--memory` and `--provider`, the same on every command line. */
import { fail } from '@shared/problems'
import { providers, providerSchema, type ComputationPreference } from '@shared/providers'

const mostMegabytes = 1e9

/** Only what is given. Raises ARGUMENT_INVALID. */
export function parseComputation({ memory, provider }: { memory?: string | undefined; provider?: string | undefined }): Partial<ComputationPreference> {
  const parsed: Partial<ComputationPreference> = {}
  if (memory !== undefined) {
    const megabytes = /^\d+$/.test(memory) ? Number(memory) : NaN
    if (!(megabytes >= 1 && megabytes <= mostMegabytes)) fail('ARGUMENT_INVALID', '--memory', `Found "${memory}", expected a whole number of megabytes from 1 to ${mostMegabytes}.`)
    parsed.memoryMegabytes = megabytes
  }
  if (provider !== undefined) {
    const known = providerSchema.safeParse(provider.toLowerCase())
    if (!known.success) fail('ARGUMENT_INVALID', '--provider', `Found "${provider}", expected one of ${providers.join(', ')}.`)
    parsed.provider = known.data
  }
  return parsed
}
