/** Execution providers of ONNX Runtime: what computes a network. Which of them exist on a machine, the runtime says. */
import { z } from 'zod'

export const providerSchema = z.enum(['cpu', 'cuda', 'directml', 'coreml', 'webgpu'])
export type Provider = z.infer<typeof providerSchema>
export const providers: readonly Provider[] = providerSchema.options

export const providerNames: Readonly<Record<Provider, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA (NVIDIA)',
  directml: 'DirectML (Windows)',
  coreml: 'Core ML (Apple)',
  webgpu: 'WebGPU'
}

/** A provider that was asked for and why the CPU computes instead. */
export const refusedProviderSchema = z.object({ provider: providerSchema, reason: z.string() })
export type RefusedProvider = z.infer<typeof refusedProviderSchema>

/** What a person chooses for this machine, whatever the project. */
export const computationPreferenceSchema = z.object({
  provider: providerSchema,
  /** Limit of the engine process; null: a share of the machine's memory. */
  memoryMegabytes: z.int().min(1).max(1e9).nullable()
})
export type ComputationPreference = z.infer<typeof computationPreferenceSchema>
export const defaultPreference: ComputationPreference = { provider: 'cpu', memoryMegabytes: null }

/** What the choice is made from. */
export const computationStateSchema = z.object({
  preference: computationPreferenceSchema,
  /** What the command line that started the program says; it wins over the preference. */
  fixed: computationPreferenceSchema.partial(),
  /** What the runtime of this machine lists, the CPU first. */
  offered: z.array(providerSchema),
  /** The provider that is asked for, when its trial failed. */
  refused: refusedProviderSchema.nullable(),
  /** The limit where none is chosen; null: none. */
  automaticMemoryMegabytes: z.number().nullable()
})
export type ComputationState = z.infer<typeof computationStateSchema>
